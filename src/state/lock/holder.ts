/** The holder of a partition's lock: when its run counts as ended, and the messages about it. */
import { type Diagnostic, type DiagnosticError, failure } from "../../model/diagnostic";
import { suggest } from "../../model/shell-command";
import type { LockHolder } from "../../model/state-listing";
import { formatTime } from "../../platform/clock";
import type { LockRequest, Observer } from "../storage";
import { isHeldHere } from "./held-here";

/** A lock of another host counts as abandoned if its heartbeat is older. */
const ABANDONED_AFTER_MS = 10 * 60_000;
/** Pause before the next check of a lock that is held. */
export const POLL_MS = 250;

interface LeaseTime {
  readonly ttlMs: number;
}

/**
 * Whether the run that holds a lock has ended. A run on another host counts as ended if its last heartbeat is older
 * than `ttlMs`.
 */
export function isGone(holder: LockHolder, run: Observer, ttlMs = ABANDONED_AFTER_MS): boolean {
  const { clock, host, pid, processStart, isProcessAlive } = run;
  if (holder.host !== host) return clock.now() - Date.parse(holder.heartbeat) > ttlMs;
  if (!isProcessAlive(holder.pid)) return true;
  const start = holder.processStart && processStart?.(holder.pid);
  if (start && start !== holder.processStart) return true;
  // A restarted container gets the process ID of its killed predecessor.
  return holder.pid === pid && !isHeldHere(holder.id);
}

/** What a lock records about its run. */
export type LockOwner = Pick<LockRequest, "who" | "host" | "pid" | "processStart">;

/** This run, under a new ID. */
export function newHolder(run: LockOwner & Pick<LockRequest, "command" | "clock" | "random">): LockHolder {
  const { command, who, host, pid, processStart, clock, random } = run;
  const id = random.bytes(8).toString("hex");
  const now = formatTime(clock.now());
  const start = processStart?.(pid);
  return {
    ...{ id, who, host, pid, processStart: start },
    ...{ command, since: now, heartbeat: now },
  };
}

export function lockedBy(
  holder: LockHolder,
  place: string,
  { host, reason }: Pick<LockRequest, "host" | "reason">,
  ttlMs = ABANDONED_AFTER_MS,
): DiagnosticError {
  const { id, who, since, heartbeat } = holder;
  const where = holder.host === "" ? "" : ` (process ${holder.pid} on ${holder.host})`;
  const hasRecentHeartbeat = !Number.isNaN(Date.parse(heartbeat));
  return failure({
    code: "state-locked",
    summary: `${who}${where} has held the lock of ${place}${purposeOf(holder)} since ${since}${hasRecentHeartbeat ? `, last heard of at ${heartbeat}` : ""}${because(reason)}`,
    remedy: `wait for that run to end, or wait longer with --lock-timeout${holder.host === host || !hasRecentHeartbeat ? "" : ofAnotherHost(ttlMs)}; if it has certainly ended: ${suggest("state", "unlock", id)}`,
  });
}

/** A restarted container usually has another host name. */
function ofAnotherHost(ttlMs: number): string {
  return ` (a run of another host or container counts as gone ${formatDuration(ttlMs)} after it was last heard of)`;
}

function formatDuration(ms: number): string {
  return ms < 60_000 ? `${ms / 1_000} seconds` : `${ms / 60_000} minutes`;
}

/** Some servers report only who started a run. */
function purposeOf({ command }: LockHolder): string {
  return command === "unknown" ? "" : ` for "${command}"`;
}

function because(reason: string | undefined): string {
  return reason === undefined ? "" : `; ${reason}`;
}

export function waitingFor(
  place: string,
  holder: LockHolder,
  { lockTimeoutMs, reason }: Pick<LockRequest, "lockTimeoutMs" | "reason">,
): Diagnostic {
  const { who, since } = holder;
  return {
    code: "state-locked",
    severity: "warning",
    summary: `waiting up to ${Math.ceil(lockTimeoutMs / 1_000)} s for the lock of ${place}, which ${who} has held${purposeOf(holder)} since ${since}${because(reason)}`,
  };
}

export function takenOver(place: string, { who, host, pid, command, since }: LockHolder): Diagnostic {
  const where = host === "" ? "" : ` (process ${pid} on ${host})`;
  return {
    code: "lock-taken-over",
    severity: "warning",
    summary: `took over the lock of ${place}, which ${who}${where} left behind by "${command}" since ${since}`,
    remedy: "nothing has to be done: what that run did not finish is planned again",
  };
}

/**
 * The warning if a run has ended and its lock remains. `lease`: the lock expires for all runs, also those on this
 * host.
 */
export function lockNotReleased(
  place: string,
  { id, host }: LockHolder,
  reason: string,
  lease?: LeaseTime,
): Diagnostic {
  const remedy = remedyOfLeft(id, host, lease);
  const summary = `the lock of ${place} could not be removed: ${reason}`;
  return { code: "state-locked", severity: "warning", summary, remedy };
}

/** The same if a cancelled run did not wait for the answer to its request for the lock. */
export function lockMayBeLeft(place: string, { id, host }: LockHolder, lease?: LeaseTime): Diagnostic {
  const remedy = remedyOfLeft(id, host, lease);
  const summary = `the run was cancelled while it took the lock of ${place}, and may have left it there with the ID ${id}`;
  return { code: "state-locked", severity: "warning", summary, remedy };
}

function remedyOfLeft(id: string, host: string, lease: LeaseTime | undefined): string {
  return lease
    ? `nothing has to be done: it runs out by itself, ${formatDuration(lease.ttlMs)} after it was last renewed`
    : `nothing has to be done on ${host}, whose next run takes it over; before a run elsewhere, or if that one is refused: ${suggest("state", "unlock", id)}`;
}

/** The error if a user wants to unlock another ID than the present one. */
export function otherLock(holder: LockHolder, place: string, id: string): DiagnosticError {
  return failure({
    code: "state-locked",
    summary: `the lock of ${place} has the ID ${holder.id}, not ${id}: ${holder.who} has held it since ${holder.since}`,
    remedy: `if that run has certainly ended: ${suggest("state", "unlock", holder.id)}`,
  });
}

/** The error if a server keeps a lock that it should remove. */
export function lockNotRemoved(place: string, id: string): DiagnosticError {
  return failure({
    code: "state-locked",
    summary: `the lock of ${place} is still there: the server did not remove the one with the ID ${id}`,
    remedy: "remove it with the server's own means, then run the command again",
  });
}

/** The error if another run, or nobody, has this run's lock. */
export function lockLost(place: string, now: LockHolder | undefined): DiagnosticError {
  const taker = now === undefined ? "was removed" : `was taken over by ${now.who} at ${now.since}`;
  return failure({
    code: "lock-lost",
    summary: `the lock of ${place} ${taker}, so nothing more is written`,
    remedy: "make sure that no other run is active, then run the command again",
  });
}
