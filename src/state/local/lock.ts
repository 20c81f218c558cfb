import { DiagnosticError, failure } from "../../model/diagnostic";
import type { LockHolder } from "../../model/state-listing";
import { makeFolderDurably, removeIfThere } from "../../platform/durable-file";
import { errorCode } from "../../platform/error-code";
import { fileFault, writeRemedy } from "../../platform/file-fault";
import { addHeldHere, dropHeldHere } from "../lock/held-here";
import { isGone, lockedBy, newHolder, POLL_MS, takenOver, waitingFor } from "../lock/holder";
import type { LockRequest } from "../storage";
import { HeldLock } from "./held-lock";
import {
  createLockFile,
  helperFilesOfLock,
  type LockFolder,
  lockPath,
  readHolder,
  readLock,
  UNREADABLE_LOCK,
} from "./lock-file";
import { takeOver } from "./take-over";

/** How often one attempt may find the lock released and then taken again. */
const RELEASES_SEEN = 10;

export interface LockOptions extends LockFolder, LockRequest {
  /** Folders that this run created for the state. Those that are still empty are removed with the lock. */
  readonly madeFolders?: readonly string[];
}

/**
 * Takes the lock of a state folder, which must exist. Rejects with a `DiagnosticError`: `state-locked` if a live run
 * holds it for all of `lockTimeoutMs`, `state-unwritable` if the folder accepts no file.
 */
export async function acquireLock(options: LockOptions): Promise<HeldLock> {
  const { clock, signal } = options;
  const deadline = clock.elapsed() + options.lockTimeoutMs;
  const madeFolders = [...(options.madeFolders ?? [])];
  for (let waits = false; ; waits = true) {
    const holder = newHolder(options);
    const other = await registered(holder, () => tryToTake(options, holder, madeFolders)).catch((error) => {
      throw unwritable(options.folder, error);
    });
    if (other === undefined) {
      await sweep(options, holder);
      return new HeldLock({ ...options, madeFolders }, holder);
    }
    if (signal?.aborted)
      throw failure({ code: "cancelled", summary: "cancelled while waiting for the lock" });
    if (clock.elapsed() >= deadline) throw lockedBy(other, options.folder, options);
    if (!waits) options.report(waitingFor(options.folder, other, options));
    await clock.sleep(Math.min(POLL_MS, deadline - clock.elapsed()), signal);
  }
}

/** Registers the lock first, so that other runs of this process never take it for an abandoned one. */
async function registered(
  { id }: LockHolder,
  take: () => Promise<LockHolder | undefined>,
): Promise<LockHolder | undefined> {
  addHeldHere(id);
  let isOurs = false;
  try {
    const other = await take();
    isOurs = other === undefined;
    return other;
  } finally {
    if (!isOurs) dropHeldHere(id);
  }
}

/** Returns `undefined` if the lock is ours, otherwise its holder. */
async function tryToTake(
  options: LockOptions,
  own: LockHolder,
  madeFolders: string[],
): Promise<LockHolder | undefined> {
  for (let attempt = 0; attempt < RELEASES_SEEN; attempt++) {
    const other = await readLock(options);
    if (other === undefined) {
      if (await createLock(options, own, madeFolders)) return undefined;
      continue;
    }
    const isStale = (holder: LockHolder) => isGone(holder, options);
    if (!isStale(other)) return other;
    const isTaken = await takeOver(options, own, other, isStale).catch(unlessReleased);
    if (isTaken === undefined) continue;
    if (!isTaken) return other;
    options.report(takenOver(options.folder, other));
    return undefined;
  }
  return { ...own, id: UNREADABLE_LOCK, who: "a series of short runs", host: "" };
}

/** Ignores a missing folder: the other run released the lock and removed the folder that it had created. */
function unlessReleased(error: unknown): undefined {
  if (errorCode(error) !== "ENOENT") throw error;
}

/**
 * Returns false if the lock is taken, or if the former run removed its folder. The caller then creates the folder
 * again.
 */
async function createLock(
  { folder, fileSystem }: LockFolder,
  own: LockHolder,
  madeFolders: string[],
): Promise<boolean> {
  try {
    return await createLockFile({ folder, fileSystem }, lockPath(folder), own);
  } catch (error) {
    if (errorCode(error) !== "ENOENT") throw error;
    madeFolders.push(...(await makeFolderDurably(fileSystem, folder)));
    return false;
  }
}

/** Removes files of dead runs beside the lock. They do no harm, so failures are ignored. */
async function sweep(options: LockOptions, own: LockHolder): Promise<void> {
  const { fileSystem } = options;
  const paths = await helperFilesOfLock(options).catch(() => []);
  for (const path of paths) {
    const maker = await readHolder(fileSystem, path).catch(() => undefined);
    if (maker === undefined || !(maker.id === own.id || isGone(maker, options))) continue;
    await removeIfThere(fileSystem, path).catch(() => undefined);
  }
}

function unwritable(folder: string, error: unknown): unknown {
  if (error instanceof DiagnosticError) return error;
  const summary = `the lock of the state folder ${folder} cannot be taken: ${fileFault(error)}`;
  const remedy = writeRemedy(error, "make the folder writable, or name another one");
  return failure({ code: "state-unwritable", summary, remedy }, { cause: error });
}
