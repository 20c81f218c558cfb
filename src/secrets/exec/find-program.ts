import { platform } from "node:os";
import { delimiter, join } from "node:path";
import type { SecretsPlatform } from "../sources/source";
import { type Command, programPath } from "./command";

/** Scripts are small; the first line of larger files is not checked. */
const LARGEST_SCRIPT = 1024 * 1024;

export interface ProgramFault {
  /** The end of a sentence that begins with the program. */
  readonly why: string;
  readonly remedy: string;
}

/** Why a program cannot be started, checked without starting it; `undefined` if nothing is wrong. */
export async function programFault(
  { command: [program], shell }: Command,
  folder: string,
  outside: Pick<SecretsPlatform, "env" | "fileSystem">,
): Promise<ProgramFault | undefined> {
  // Windows finds programs in its own ways, and has no such mode.
  if (shell || platform() === "win32") return undefined;
  const folders = program.includes("/") ? [""] : (outside.env.PATH ?? "/usr/bin:/bin").split(delimiter);
  for (const each of folders) {
    const path = each === "" ? programPath(program, folder) : join(each, program);
    const status = await outside.fileSystem.stat(path).catch(() => undefined);
    if (status?.type !== "file" || (status.mode & 0o111) === 0) continue;
    return status.size <= LARGEST_SCRIPT ? scriptFault(path, outside) : undefined;
  }
  return {
    why: "is not there, or may not be executed",
    remedy: remedyFor(program),
  };
}

function remedyFor(program: string): string {
  if (/\s/.test(program)) return "write each argument as an item of the list: [PROGRAM, ARGUMENT]";
  return program.includes("/") ? "check its path and its mode" : "install it, or name it with its path";
}

/**
 * Checks a script's first line. With a carriage return, the system searches for an interpreter whose name ends with
 * it, and reports a missing program.
 */
async function scriptFault(
  path: string,
  { fileSystem }: Pick<SecretsPlatform, "fileSystem">,
): Promise<ProgramFault | undefined> {
  const bytes = await fileSystem.readFile(path).catch(() => undefined);
  const [first = ""] = bytes?.subarray(0, 256).toString("latin1").split("\n", 1) ?? [];
  if (!first.startsWith("#!") || !first.endsWith("\r")) return undefined;
  return {
    why: "has lines that end with CRLF, so that its interpreter is not found",
    remedy: "save it with LF; in Git, add a line to .gitattributes: *.sh text eol=lf",
  };
}
