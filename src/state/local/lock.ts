import { type Diagnostic, DiagnosticError, failure } from "../../model/diagnostic";
import { suggest } from "../../model/shell-command";
import type { LockHolder } from "../../model/state-listing";
import { formatTime } from "../../platform/clock";
import { makeFolderDurably, removeIfThere } from "../../platform/durable-file";
import { fileFault } from "../../platform/file-fault";
import { errorCode } from "../../platform/file-system";
import type { LockRequest } from "../storage";
import { addHeldHere, dropHeldHere, isHeldHere } from "./held-here";
import { HeldLock } from "./held-lock";
import {
  besideLock,
  createHeld,
  type LockFolder,
  lockPath,
  readHolder,
  readLock,
  UNREADABLE_LOCK,
} from "./lock-file";
import { takeOver } from "./take-over";

/** A lock of another host counts as abandoned when its heartbeat is older. */
const TTL_MS = 10 * 60_000;
/** A restarted container has another host name as a rule. */
const OTHER_HOST = ` (a run of another host or container counts as gone ${TTL_MS / 60_000} minutes after it was last heard of)`;
const POLL_MS = 250;
/** How often one attempt may find the lock released and, a moment later, taken. */
const RELEASES_SEEN = 10;

export interface LockOptions extends LockFolder, LockRequest {
  /** The folders that this run made for the state, which go with the lock where they are still empty. */
  readonly madeFolders?: readonly string[];
}

/**
 * Takes the lock of a state folder, which has to exist. Rejects with a `DiagnosticError`: `state-locked` when a live
 * run holds it for all of `lockTimeoutMs`, `state-unwritable` when the folder takes no file.
 */
export async function acquireLock(options: LockOptions): Promise<HeldLock> {
  const { clock, signal } = options;
  const deadline = clock.now() + options.lockTimeoutMs;
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
    if (clock.now() >= deadline) throw lockedBy(other, options);
    if (!waits) options.report(waitingFor(other, options));
    await clock.sleep(Math.min(POLL_MS, deadline - clock.now()), signal);
  }
}

/** Other runs of this process must take the lock for that of a live run from the first instant on. */
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

/** `undefined` when the lock is ours, else who has it. */
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
    const isGone = (holder: LockHolder) => isStale(holder, options);
    if (!isGone(other) || !(await takeOver(options, own, other, isGone))) return other;
    options.report(takenOver(other));
    return undefined;
  }
  return { ...own, id: UNREADABLE_LOCK, who: "a series of short runs", host: "" };
}

/** False when the lock is taken, or the run before removed the folder that it had made: then the folder is made again. */
async function createLock(
  { folder, fileSystem }: LockFolder,
  own: LockHolder,
  madeFolders: string[],
): Promise<boolean> {
  try {
    return await createHeld({ folder, fileSystem }, lockPath(folder), own);
  } catch (error) {
    if (errorCode(error) !== "ENOENT") throw error;
    madeFolders.push(...(await makeFolderDurably(fileSystem, folder)));
    return false;
  }
}

/** Removes what dead runs left beside the lock. It is in nobody's way, so a failure here is no reason to stop. */
async function sweep(options: LockOptions, own: LockHolder): Promise<void> {
  const { fileSystem } = options;
  const paths = await besideLock(options).catch(() => []);
  for (const path of paths) {
    const maker = await readHolder(fileSystem, path).catch(() => undefined);
    if (maker === undefined || !(maker.id === own.id || isStale(maker, options))) continue;
    await removeIfThere(fileSystem, path).catch(() => undefined);
  }
}

function isStale(holder: LockHolder, options: LockOptions): boolean {
  const { clock, host, pid, processStart, isProcessAlive } = options;
  if (holder.host !== host) return clock.now() - Date.parse(holder.heartbeat) > TTL_MS;
  if (!isProcessAlive(holder.pid)) return true;
  const start = holder.processStart && processStart?.(holder.pid);
  if (start && start !== holder.processStart) return true;
  // A container that is started again gets the process number that its killed predecessor had.
  return holder.pid === pid && !isHeldHere(holder.id);
}

function newHolder(options: LockOptions): LockHolder {
  const { command, who, host, pid, processStart, clock, random } = options;
  const id = random.bytes(8).toString("hex");
  const now = formatTime(clock.now());
  const start = processStart?.(pid);
  return {
    ...{ id, who, host, pid, ...(start !== undefined && { processStart: start }) },
    ...{ command, since: now, heartbeat: now },
  };
}

function lockedBy(holder: LockHolder, { folder, host }: LockOptions): DiagnosticError {
  const { id, who, command, since, heartbeat } = holder;
  const where = holder.host === "" ? "" : ` (process ${holder.pid} on ${holder.host})`;
  return failure({
    code: "state-locked",
    summary: `${who}${where} has held the lock of ${folder} for "${command}" since ${since}, last heard of at ${heartbeat}`,
    remedy: `wait for that run to end, or wait longer with --lock-timeout${holder.host === host ? "" : OTHER_HOST}; if it is certainly gone: ${suggest("state", "unlock", id)}`,
  });
}

function waitingFor({ who, command, since }: LockHolder, { lockTimeoutMs }: LockOptions): Diagnostic {
  return {
    code: "state-locked",
    severity: "warning",
    summary: `waiting up to ${lockTimeoutMs / 1_000} s for the lock that ${who} has held for "${command}" since ${since}`,
  };
}

function takenOver({ who, host, pid, command, since }: LockHolder): Diagnostic {
  const where = host === "" ? "" : ` (process ${pid} on ${host})`;
  return {
    code: "lock-taken-over",
    severity: "warning",
    summary: `took over the lock that ${who}${where} left behind by "${command}" since ${since}`,
    remedy: "nothing has to be done: what that run did not finish is planned again",
  };
}

function unwritable(folder: string, error: unknown): unknown {
  if (error instanceof DiagnosticError) return error;
  const summary = `the lock of the state folder ${folder} cannot be taken: ${fileFault(error)}`;
  const remedy = "make the folder writable, or name another one";
  return failure({ code: "state-unwritable", summary, remedy }, { cause: error });
}
