/** The lock file names the holder as JSON. */
import { join } from "node:path";
import { failure } from "../../model/diagnostic";
import { shellCommand } from "../../model/shell-command";
import type { LockHolder } from "../../model/state-listing";
import { formatTime } from "../../platform/clock";
import { createWhole } from "../../platform/durable-file";
import { errorCode } from "../../platform/error-code";
import { fileFault } from "../../platform/file-fault";
import { type FileSystem, LARGEST_SMALL_FILE } from "../../platform/file-system";
import { holderFromJson, holderToJson } from "../lock/holder-json";
import { LOCK_FILE } from "./names";

/** The ID to unlock an unreadable lock file. */
export const UNREADABLE_LOCK = "unreadable";

export interface LockFolder {
  readonly folder: string;
  readonly fileSystem: FileSystem;
}

export function lockPath(folder: string): string {
  return join(folder, LOCK_FILE);
}

/**
 * The run that creates this file may replace the lock or the claim with this ID. It removes the file afterwards. IDs
 * are never reused, so a claim on an outdated lock has no effect.
 */
export function claimPath(folder: string, id: string): string {
  return `${lockPath(folder)}.takeover.${id}`;
}

/** Where the run with this ID writes the future lock. */
export function draftPath(folder: string, id: string): string {
  return `${lockPath(folder)}.${id}`;
}

/** The present holder; `undefined` if nobody holds the lock. */
export function readLock({ folder, fileSystem }: LockFolder): Promise<LockHolder | undefined> {
  return readHolder(fileSystem, lockPath(folder));
}

/** The holder that a lock, a claim or a draft names; `undefined` if there is no such file. */
export async function readHolder(fileSystem: FileSystem, path: string): Promise<LockHolder | undefined> {
  try {
    const bytes = await fileSystem.readFile(path, LARGEST_SMALL_FILE);
    return holderFromJson(bytes.toString("utf8")) ?? (await unreadableHolder(path, fileSystem));
  } catch (error) {
    if (errorCode(error) === "ENOENT" || errorCode(error) === "ENOTDIR") return undefined;
    throw failure(
      {
        code: "state-unreadable",
        summary: `the lock ${path} cannot be read: ${fileFault(error)}`,
        remedy: `check its permissions; if no run of jp1im made it, remove it: ${shellCommand("rm", path)}`,
      },
      { cause: error },
    );
  }
}

/** Creates the lock or a claim for the holder. Returns false if another one exists. */
export function createLockFile(
  { folder, fileSystem }: LockFolder,
  path: string,
  holder: LockHolder,
): Promise<boolean> {
  return createWhole(fileSystem, path, holderToJson(holder), draftPath(folder, holder.id));
}

/** Names of the drafts and claims beside the lock, in use or left by dead runs. */
export async function helperFilesOfLock({ folder, fileSystem }: LockFolder): Promise<readonly string[]> {
  const names = await fileSystem.list(folder);
  return names.filter((name) => name.startsWith("lock.")).map((name) => join(folder, name));
}

/** No version of this tool writes such a file under the lock's name, so only its age is known. */
async function unreadableHolder(path: string, fileSystem: FileSystem): Promise<LockHolder> {
  const written = formatTime((await fileSystem.lstat(path)).modifiedMs);
  const unknown = { who: "somebody unknown", host: "", pid: 0, command: "unknown" };
  return { id: UNREADABLE_LOCK, ...unknown, since: written, heartbeat: written };
}
