/** The lock file: who holds a state, as JSON. */
import { join } from "node:path";
import { failure } from "../model/diagnostic";
import { formatTime } from "../platform/clock";
import { writeNewFile } from "../platform/durable-file";
import { fileFault } from "../platform/file-fault";
import { errorCode, type FileSystem } from "../platform/file-system";
import type { LockHolder } from "./port";

/** The ID by which a lock file that cannot be read is unlocked. */
export const UNREADABLE_LOCK = "unreadable";

export interface LockFolder {
  readonly folder: string;
  readonly fileSystem: FileSystem;
}

export function lockPath(folder: string): string {
  return join(folder, "lock");
}

/** Held while a stale lock is taken over; removed by its maker, or else only by unlocking. */
export function guardPath(folder: string): string {
  return join(folder, "lock.takeover");
}

/** The present holder; `undefined` when nobody holds the lock. */
export async function readLock({ folder, fileSystem }: LockFolder): Promise<LockHolder | undefined> {
  const path = lockPath(folder);
  try {
    const bytes = await fileSystem.readFile(path);
    return holderFromJson(bytes.toString("utf8")) ?? (await unreadableHolder(path, fileSystem));
  } catch (error) {
    if (errorCode(error) === "ENOENT" || errorCode(error) === "ENOTDIR") return undefined;
    throw failure(
      { code: "state-unreadable", summary: `the lock ${path} cannot be read: ${fileFault(error)}` },
      { cause: error },
    );
  }
}

/** Creates a file that must not exist yet; false when it does. The content is durable when it resolves. */
export async function createExclusively(fs: FileSystem, path: string, content: string): Promise<boolean> {
  try {
    await writeNewFile(fs, path, content);
    return true;
  } catch (error) {
    if (errorCode(error) === "EEXIST") return false;
    throw error;
  }
}

export function holderToJson(holder: LockHolder): string {
  return `${JSON.stringify(holder)}\n`;
}

function holderFromJson(text: string): LockHolder | undefined {
  let value: Partial<Record<keyof LockHolder, unknown>> | null;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof value !== "object" || value === null) return undefined;
  const { id, who, host, pid, command, since, heartbeat } = value;
  if (typeof id !== "string" || typeof who !== "string" || typeof host !== "string") return undefined;
  if (typeof pid !== "number" || typeof command !== "string") return undefined;
  if (typeof since !== "string" || typeof heartbeat !== "string") return undefined;
  return { id, who, host, pid, command, since, heartbeat };
}

/** A lock that is being written just now, or whose writing was interrupted: its age is all that is known. */
async function unreadableHolder(path: string, fileSystem: FileSystem): Promise<LockHolder> {
  const written = formatTime((await fileSystem.lstat(path)).modifiedMs);
  const unknown = { who: "somebody unknown", host: "", pid: 0, command: "unknown" };
  return { id: UNREADABLE_LOCK, ...unknown, since: written, heartbeat: written };
}
