import { delimiter, join } from "node:path";
import { operatingSystem } from "../../platform/operating-system";
import type { SecretsPlatform } from "../sources/source";
import { type Command, programPath } from "./command";
import { executableFault, type ProgramFault } from "./executable-fault";

type Outside = Pick<SecretsPlatform, "env" | "fileSystem">;

/** Why a program cannot be started, checked without starting it; `undefined` if nothing is wrong. */
export async function programFault(
  { command: [program], shell }: Command,
  folder: string,
  outside: Outside,
): Promise<ProgramFault | undefined> {
  // Windows finds programs in its own ways, and has no such mode.
  if (shell || operatingSystem === "win32") return undefined;
  const { path, isDenied } = await search(program, folder, outside);
  if (path !== undefined) {
    return executableFault(
      path,
      outside.fileSystem,
      async (each) => (await search(each, folder, outside)).path,
    );
  }
  if (!isDenied) return { why: "is not there, or may not be executed", remedy: remedyFor(program) };
  return {
    why: "may not be executed",
    remedy: "make it executable for this user (chmod +x), on a file system that is not mounted with noexec",
  };
}

/** The file that the system would execute, and whether it would pass over one that may not be executed. */
async function search(
  program: string,
  folder: string,
  { env, fileSystem }: Outside,
): Promise<{ readonly path?: string; readonly isDenied: boolean }> {
  const folders = program.includes("/") ? [""] : (env.PATH ?? "/usr/bin:/bin").split(delimiter);
  let isDenied = false;
  for (const each of folders) {
    const path = each === "" ? programPath(program, folder) : join(each, program);
    const status = await fileSystem.stat(path).catch(() => undefined);
    if (status?.type !== "file") continue;
    const mayExecute = await fileSystem.mayExecute(path).then(
      () => true,
      () => false,
    );
    if (mayExecute) return { path, isDenied };
    isDenied = true;
  }
  return { isDenied };
}

function remedyFor(program: string): string {
  if (/\s/.test(program)) return "write each argument as an item of the list: [PROGRAM, ARGUMENT]";
  return program.includes("/") ? "check its path and its mode" : "install it, or name it with its path";
}
