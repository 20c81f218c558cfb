import { basename, dirname, join } from "node:path";
import { type Diagnostic, DiagnosticError, failure } from "../../model/diagnostic";
import { shellCommand } from "../../model/shell-command";
import { errorCode } from "../../platform/error-code";
import { fileFault } from "../../platform/file-fault";
import type { FileStatus, FileSystem } from "../../platform/file-system";
import { realPath } from "../../platform/real-path";
import { GIT_NOTE_FILE } from "./keep-from-git";
import { RECOVERY_FOLDER } from "./kept-folder";
import { LINEAGE_FILE, LOG_FILE, MANAGERS_FOLDER, partitionFolder } from "./names";

const WRITABLE_BY_OTHERS = 0o022;
const ROOT = 0;

/**
 * Refuses a state folder that is a file or lies in another state. As ssh does, it also refuses files that another user than
 * root owns or can write to, because that user could replace the state or its key. `managers`: the managers whose parts
 * are checked as well. Missing files are fine. Rejects with a `DiagnosticError` (`state-shared`, `state-unreadable`).
 */
export async function requireStateFolder(
  folder: string,
  fileSystem: FileSystem,
  ...managers: readonly string[]
): Promise<void> {
  const status = await statusOf(folder, fileSystem);
  if (status?.type === "file") throw isFile(folder);
  await refusePart(folder, fileSystem);
  if (fileSystem.uid === undefined || status === undefined) return;
  const parts = managers.map((manager) => partitionFolder(folder, manager));
  const inside = [
    ...[MANAGERS_FOLDER, LINEAGE_FILE, LOG_FILE].map((name) => join(folder, name)),
    ...parts.flatMap((part) => [part, join(part, LOG_FILE), join(part, RECOVERY_FOLDER)]),
  ];
  const shared = await Promise.all(
    inside.map(async (path) => sharedBy(path, await statusOf(path, fileSystem), fileSystem.uid)),
  );
  const faults = [sharedBy(folder, status, fileSystem.uid), ...shared].flat();
  if (faults.length > 0) throw new DiagnosticError(faults);
}

function sharedBy(path: string, status: FileStatus | undefined, uid: number | undefined): Diagnostic[] {
  if (status?.type !== "file" && status?.type !== "folder") return [];
  const name = status.type === "file" ? `the state's file ${path}` : `the state folder ${path}`;
  const shared = { code: "state-shared", severity: "error" } as const;
  if (status.uid !== uid && status.uid !== ROOT) {
    const owning = shellCommand("chown", "-R", String(uid), path);
    const summary = `${name} belongs to another user (${status.uid})`;
    const remedy = `run this as that user, or make sure that nobody changed it, then: sudo ${owning}`;
    return [{ ...shared, summary, remedy }];
  }
  if ((status.mode & WRITABLE_BY_OTHERS) === 0) return [];
  const mode = status.mode.toString(8).padStart(4, "0");
  const remedy = `make sure that nobody changed it, then: ${shellCommand("chmod", "go-w", path)}`;
  return [{ ...shared, summary: `other users can write to ${name} (mode ${mode})`, remedy }];
}

function isFile(path: string): DiagnosticError {
  const above = dirname(path);
  const root = basename(dirname(above)) === MANAGERS_FOLDER ? dirname(dirname(above)) : above;
  return notAState(`the state is a folder, and ${path} is a file`, root);
}

/**
 * Rejects if a folder, or what it is a link to, lies in another state: a run on one manager's part would take its log
 * for a state of a version before 0.2, and move it.
 */
export async function refusePart(folder: string, fileSystem: FileSystem): Promise<void> {
  for (const path of new Set([folder, await realPath(fileSystem, folder)])) {
    const whole = await stateAround(path, fileSystem);
    if (whole !== undefined) throw notAState(`the folder ${path} is a part of the state ${whole}`, whole);
  }
}

function notAState(summary: string, root: string): DiagnosticError {
  const remedy = `name the state's folder, as with ${shellCommand("--state", root)}, or leave --state out`;
  return failure({ code: "state-unreadable", summary, remedy });
}

/** The state in whose `managers` a folder lies. */
async function stateAround(folder: string, fileSystem: FileSystem): Promise<string | undefined> {
  for (let path = folder; path !== dirname(path); path = dirname(path)) {
    if (basename(path) !== MANAGERS_FOLDER) continue;
    const status = await statusOf(join(dirname(path), LINEAGE_FILE), fileSystem);
    if (status?.type === "file" || (await hasPart(path, fileSystem))) return dirname(path);
  }
  return undefined;
}

/** Whether one of the folders in it is a part. A state of a version before 0.2 has its log beside a note for git. */
async function hasPart(managers: string, fileSystem: FileSystem): Promise<boolean> {
  const isThere = async (...path: readonly string[]) =>
    (await fileSystem.stat(join(managers, ...path)).catch(() => undefined)) !== undefined;
  for (const name of await fileSystem.list(managers).catch(() => []))
    if ((await isThere(name, LOG_FILE)) && !(await isThere(name, GIT_NOTE_FILE))) return true;
  return false;
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
