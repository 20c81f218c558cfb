import { DiagnosticError } from "../../model/diagnostic";
import { pathOption } from "../../model/options";
import { SecretValue } from "../../model/secret-value";
import { remedyForFile } from "../../model/shell-command";
import { errorCode } from "../../platform/error-code";
import { fileFault } from "../../platform/file-fault";
import type { FileSystem } from "../../platform/file-system";
import { foreignFile, isUtf16 } from "../../platform/foreign-file";
import { pathFrom } from "../path-from";
import { noValue, type Source, unresolved } from "./source";

/** Far more than the manager accepts, and little enough to do no harm if the wrong file is read. */
const LARGEST_BYTES = 64 * 1024;

/**
 * `file: PATH`. The file's text is the value, without one final line end (LF or CRLF), which editors add; nothing
 * else is removed. UTF-8, at most 64 KiB, not empty.
 */
export const file: Source = {
  type: "file",
  describe: (options) => `file ${pathOption(options) ?? "without a path"}`,
  read: async (reference, { fileSystem }) => {
    const named = "options" in reference ? pathOption(reference.options) : undefined;
    if (named === undefined || !("folder" in reference)) {
      throw unresolved("file has to name one path", "write: file: PATH");
    }
    const path = pathFrom(reference.folder, named);
    const value = decode(await readRegularFile(fileSystem, path), path);
    if (value === "") throw unresolved(`the file ${path} is empty`, "write the secret into it");
    return new SecretValue(value);
  },
  isAbsent: async ({ options, folder }, { fileSystem }) => {
    const named = pathOption(options);
    if (named === undefined) return false;
    return fileSystem.stat(pathFrom(folder, named)).then(
      () => false,
      (error) => errorCode(error) === "ENOENT",
    );
  },
  absence: ({ options, folder }) =>
    noValue(...unreadable(pathFrom(folder, pathOption(options) ?? ""), { code: "ENOENT" })),
  placed: async ({ options }, resolved) => {
    const named = pathOption(options);
    return named === undefined ? options : resolved(named);
  },
  reads: ({ options, folder }) => {
    const named = pathOption(options);
    return named === undefined ? [] : [pathFrom(folder, named)];
  },
  // A change that also restores the file's time is not noticed, and a new time does not mean a new value. The size is
  // left out: an attacker who guesses the time could find the size, and so the length of the value, in a digest.
  version: async ({ options, folder }, { fileSystem }) => {
    const named = pathOption(options);
    if (named === undefined) return undefined;
    const path = pathFrom(folder, named);
    const { modifiedMs } = await fileSystem.stat(path).catch((error) => {
      throw unresolved(...unreadable(path, error), error);
    });
    return { text: `${modifiedMs}`, isHint: true };
  },
};

async function readRegularFile(fileSystem: FileSystem, path: string): Promise<Buffer> {
  try {
    const { type, size } = await fileSystem.stat(path);
    if (type === "folder") throw unresolved(`${path} is a folder`, "name a file");
    // The run might wait for a pipe or a device for ever.
    if (type !== "file") throw unresolved(`${path} is not a regular file`, "name a regular file");
    if (size > LARGEST_BYTES) throw tooLarge(path, size);
    const bytes = await fileSystem.readFile(path);
    if (bytes.length > LARGEST_BYTES) throw tooLarge(path, bytes.length);
    return bytes;
  } catch (error) {
    if (error instanceof DiagnosticError) throw error;
    throw unresolved(...unreadable(path, error), error);
  }
}

/** The summary and the remedy. */
function unreadable(path: string, error: unknown): readonly [summary: string, remedy: string] {
  return [`the file ${path} cannot be read: ${fileFault(error)}`, "check the path and its permissions"];
}

function decode(bytes: Buffer, path: string): string {
  const foreign = foreignFile(bytes);
  if (foreign !== undefined)
    throw unresolved(`the file ${path} ${foreign.why}`, remedyForFile(foreign.remedy, path));
  try {
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    return text.replace(/\r?\n$/, "");
  } catch {
    throw unresolved(
      `the file ${path} is ${isUtf16(bytes) ? "UTF-16" : "not UTF-8"} text`,
      "save it as UTF-8",
    );
  }
}

function tooLarge(path: string, size: number): DiagnosticError {
  return unresolved(
    `the file ${path} has ${size} bytes, and a secret's file at most ${LARGEST_BYTES}`,
    "name the file that holds nothing but the secret",
  );
}
