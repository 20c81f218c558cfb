import { basename, dirname } from "node:path";
import { type DiagnosticError, failure } from "../../model/diagnostic";
import { shellCommand } from "../../model/shell-command";
import { fileFault } from "../../platform/file-fault";
import { errorCode, type FileStatus, type FileSystem } from "../../platform/file-system";
import { MANAGERS_FOLDER } from "./names";

const WRITABLE_BY_OTHERS = 0o022;

/**
 * Refuses a state folder that is a file, or that other users can write to: they could put a state, or a key, of their own
 * in it. A folder that does not exist is fine. Rejects with a `DiagnosticError` (`state-shared`, `state-unreadable`).
 */
export async function checkStateFolder(folder: string, fileSystem: FileSystem): Promise<void> {
  const status = await statusOf(folder, fileSystem);
  if (status?.type === "file") throw isFile(folder);
  if (fileSystem.uid === undefined) return;
  if (status?.type !== "folder" || (status.mode & WRITABLE_BY_OTHERS) === 0) return;
  throw failure({
    code: "state-shared",
    summary: `other users can write to the state folder ${folder} (mode ${status.mode.toString(8).padStart(4, "0")})`,
    remedy: `make sure that nobody changed it, then: ${shellCommand("chmod", "go-w", folder)}`,
  });
}

function isFile(path: string): DiagnosticError {
  const above = dirname(path);
  const root = basename(dirname(above)) === MANAGERS_FOLDER ? dirname(dirname(above)) : above;
  const holder = shellCommand("--state", root);
  return failure({
    code: "state-unreadable",
    summary: `the state is a folder, and ${path} is a file`,
    remedy: `name the state's folder, as with ${holder}, or leave --state out`,
  });
}

async function statusOf(folder: string, fileSystem: FileSystem): Promise<FileStatus | undefined> {
  try {
    return await fileSystem.stat(folder);
  } catch (error) {
    if (["ENOENT", "ENOTDIR"].includes(errorCode(error) ?? "")) return undefined;
    throw failure(
      {
        code: "state-unreadable",
        summary: `the state folder ${folder} cannot be read: ${fileFault(error)}`,
        remedy: "check the path and its permissions",
      },
      { cause: error },
    );
  }
}
