/** The lock file: who holds a state, as JSON. */
import { join } from "node:path";
import { failure } from "../../model/diagnostic";
import { shellCommand } from "../../model/shell-command";
import type { LockHolder } from "../../model/state-listing";
import { formatTime } from "../../platform/clock";
import { createWhole } from "../../platform/durable-file";
import { fileFault } from "../../platform/file-fault";
import { errorCode, type FileSystem, LARGEST_SMALL_FILE } from "../../platform/file-system";
import { holderFromJson, holderToJson } from "../lock/holder-json";
import { LOCK_FILE } from "./names";

/** The ID by which a lock file that cannot be read is unlocked. */
export const UNREADABLE_LOCK = "unreadable";

export interface LockFolder {
  readonly folder: string;
  readonly fileSystem: FileSystem;
}

export function lockPath(folder: string): string {
  return join(folder, LOCK_FILE);
}

/**
 * Whoever makes this file may replace the lock, or the claim, that has this ID; removed again by its maker. No ID ever
 * comes back, so that who acts on an outdated view of things finds nothing that its claim is good for.
 */
export function claimPath(folder: string, id: string): string {
  return `${lockPath(folder)}.takeover.${id}`;
}

/** Where the run of this ID writes what is to become the lock. */
export function draftPath(folder: string, id: string): string {
  return `${lockPath(folder)}.${id}`;
}

/** The present holder; `undefined` when nobody holds the lock. */
export function readLock({ folder, fileSystem }: LockFolder): Promise<LockHolder | undefined> {
  return readHolder(fileSystem, lockPath(folder));
}

/** Whom a lock, a claim or a draft names; `undefined` when there is no such file. */
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

/** Makes the lock, or a claim, in the holder's name; false when somebody else's is there. */
export function createLockFile(
  { folder, fileSystem }: LockFolder,
  path: string,
  holder: LockHolder,
): Promise<boolean> {
  return createWhole(fileSystem, path, holderToJson(holder), draftPath(folder, holder.id));
}

/** The names of everything that runs left beside the lock, or are at work with. */
export async function helperFilesOfLock({ folder, fileSystem }: LockFolder): Promise<readonly string[]> {
  const names = await fileSystem.list(folder);
  return names.filter((name) => name.startsWith("lock.")).map((name) => join(folder, name));
}

/** No run of ours leaves such a file under the lock's name: its age is all that is known. */
async function unreadableHolder(path: string, fileSystem: FileSystem): Promise<LockHolder> {
  const written = formatTime((await fileSystem.lstat(path)).modifiedMs);
  const unknown = { who: "somebody unknown", host: "", pid: 0, command: "unknown" };
  return { id: UNREADABLE_LOCK, ...unknown, since: written, heartbeat: written };
}
