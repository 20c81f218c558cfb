import { platform } from "node:os";
import { dirname, isAbsolute, join } from "node:path";
import { type Diagnostic, DiagnosticError, failure } from "../model/diagnostic";
import { SecretValue } from "../model/secret-value";
import { makeFolderDurably, removeIfThere, writeNewFile } from "../platform/durable-file";
import { fileFault } from "../platform/file-fault";
import { errorCode, type FileSystem } from "../platform/file-system";
import type { Random } from "../platform/random";

const KEY_BYTES = 32;
const KEY_SHAPE = /^[A-Za-z0-9+/]{43}=?$/;
const VARIABLE = "JP1IM_STATE_KEY";
const FILE_VARIABLE = "JP1IM_STATE_KEY_FILE";

export interface StateKeyOptions {
  /** `write` makes a key file where there is no key; `read` makes do with a key that nobody will know again. */
  readonly use: "read" | "write";
  /** Absolute path of the state folder. */
  readonly folder: string;
  /** Absolute folder that a relative JP1IM_STATE_KEY_FILE starts from. */
  readonly workingFolder: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly fileSystem: FileSystem;
  readonly random: Random;
  /** Takes warnings, the note to back a new key file up among them. */
  readonly report: (diagnostic: Diagnostic) => void;
}

export interface StateKey {
  /** 32 bytes in base64. */
  readonly key: SecretValue;
  /** `created`: a key file was made just now. `ephemeral`: no stored fingerprint will match. */
  readonly origin: "environment" | "file" | "created" | "ephemeral";
}

/** The key of the state's fingerprints. Rejects with a `DiagnosticError` (`state-key`), which never shows the key. */
export async function loadStateKey(options: StateKeyOptions): Promise<StateKey> {
  const given = options.environment[VARIABLE];
  if (given !== undefined) return { key: parseKey(given, VARIABLE), origin: "environment" };
  const path = keyFile(options);
  const key = await readKeyFile(path, options);
  if (key !== undefined) return { key, origin: "file" };
  if (options.use === "read") return { key: newKey(options.random), origin: "ephemeral" };
  return makeKeyFile(path, options);
}

function keyFile({ environment, folder, workingFolder }: StateKeyOptions): string {
  const named = environment[FILE_VARIABLE];
  if (named === undefined) return join(folder, "state.key");
  if (named === "") throw unusable(`${FILE_VARIABLE} is empty`, "name a key file in it, or unset it");
  return isAbsolute(named) ? named : join(workingFolder, named);
}

async function readKeyFile(path: string, options: StateKeyOptions): Promise<SecretValue | undefined> {
  const { fileSystem, report } = options;
  try {
    const { mode } = await fileSystem.stat(path);
    const key = parseKey((await fileSystem.readFile(path)).toString("latin1"), `the key file ${path}`);
    // Windows keeps no such mode: there every file looks open to all.
    if ((mode & 0o077) !== 0 && platform() !== "win32") report(readableByOthers(path, mode));
    return key;
  } catch (error) {
    if (errorCode(error) === "ENOENT") return undefined;
    if (error instanceof DiagnosticError) throw error;
    throw unusable(
      `the key file ${path} cannot be read: ${fileFault(error)}`,
      "check its permissions",
      error,
    );
  }
}

/**
 * The draft gets the key file's name only where that is free, in one step: of two first runs one makes the key, and
 * the other reads it. A draft that a crash leaves behind is in nobody's way.
 */
async function makeKeyFile(path: string, options: StateKeyOptions): Promise<StateKey> {
  const { fileSystem, random, report } = options;
  const draft = `${path}.${random.bytes(6).toString("hex")}`;
  const key = newKey(random);
  try {
    await makeFolderDurably(fileSystem, dirname(path));
    try {
      await writeNewFile(fileSystem, draft, `${key.reveal()}\n`);
      await fileSystem.link(draft, path);
    } finally {
      await removeIfThere(fileSystem, draft).catch(() => undefined);
    }
    await fileSystem.syncFolder(dirname(path));
  } catch (error) {
    const others = errorCode(error) === "EEXIST" ? await readKeyFile(path, options) : undefined;
    if (others !== undefined) return { key: others, origin: "file" };
    const remedy = `make its folder writable, or set ${VARIABLE} or ${FILE_VARIABLE}`;
    throw unusable(`the key file ${path} cannot be made: ${fileFault(error)}`, remedy, error);
  }
  report(backUp(path));
  return { key, origin: "created" };
}

function newKey(random: Random): SecretValue {
  return new SecretValue(random.bytes(KEY_BYTES).toString("base64"));
}

function parseKey(text: string, where: string): SecretValue {
  const trimmed = text.trim();
  if (KEY_SHAPE.test(trimmed)) return new SecretValue(trimmed);
  throw unusable(
    trimmed === "" ? `${where} is empty` : `${where} does not hold ${KEY_BYTES} bytes in base64`,
    `give it the key that the state was written under; a new one is made by: openssl rand -base64 ${KEY_BYTES}`,
  );
}

function unusable(summary: string, remedy: string, cause?: unknown): DiagnosticError {
  return failure({ code: "state-key", summary, remedy }, cause === undefined ? undefined : { cause });
}

function readableByOthers(path: string, mode: number): Diagnostic {
  const summary = `the key file ${path} is open to others (mode ${mode.toString(8).padStart(4, "0")})`;
  return { code: "state-key", severity: "warning", summary, remedy: `chmod 600 ${path}` };
}

function backUp(path: string): Diagnostic {
  return {
    code: "state-key",
    severity: "warning",
    summary: `a new key for the state's fingerprints was made in ${path}`,
    remedy:
      "keep a copy of it apart from the state: without it every value counts as unverified and is written anew",
  };
}
