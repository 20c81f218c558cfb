/** Who holds the lock of a partition, when such a run counts as gone, and what people read of it. */
import { type Diagnostic, type DiagnosticError, failure } from "../../model/diagnostic";
import { suggest } from "../../model/shell-command";
import type { LockHolder } from "../../model/state-listing";
import { formatTime } from "../../platform/clock";
import type { LockRequest, Observer } from "../storage";
import { isHeldHere } from "./held-here";

/** A lock of another host counts as abandoned when its heartbeat is older. */
const ABANDONED_AFTER_MS = 10 * 60_000;
/** How long to wait before a lock that is held is looked at again. */
export const POLL_MS = 250;

interface LeaseTime {
  readonly ttlMs: number;
}

/** Whether the run that made a lock has ended without giving it back. One of another host has once it was silent for `ttlMs`. */
export function isGone(holder: LockHolder, run: Observer, ttlMs = ABANDONED_AFTER_MS): boolean {
  const { clock, host, pid, processStart, isProcessAlive } = run;
  if (holder.host !== host) return clock.now() - Date.parse(holder.heartbeat) > ttlMs;
  if (!isProcessAlive(holder.pid)) return true;
  const start = holder.processStart && processStart?.(holder.pid);
  if (start && start !== holder.processStart) return true;
  // A container that is started again gets the process number that its killed predecessor had.
  return holder.pid === pid && !isHeldHere(holder.id);
}

/** What a lock says of the run that holds it. */
export type LockOwner = Pick<LockRequest, "who" | "host" | "pid" | "processStart">;

/** This run, under a new ID. */
export function newHolder(run: LockOwner & Pick<LockRequest, "command" | "clock" | "random">): LockHolder {
  const { command, who, host, pid, processStart, clock, random } = run;
  const id = random.bytes(8).toString("hex");
  const now = formatTime(clock.now());
  const start = processStart?.(pid);
  return {
    ...{ id, who, host, pid, ...(start !== undefined && { processStart: start }) },
    ...{ command, since: now, heartbeat: now },
  };
}

export function lockedBy(
  holder: LockHolder,
  place: string,
  host: string,
  ttlMs = ABANDONED_AFTER_MS,
): DiagnosticError {
  const { id, who, since, heartbeat } = holder;
  const where = holder.host === "" ? "" : ` (process ${holder.pid} on ${holder.host})`;
  const hasRecentHeartbeat = !Number.isNaN(Date.parse(heartbeat));
  return failure({
    code: "state-locked",
    summary: `${who}${where} has held the lock of ${place}${purposeOf(holder)} since ${since}${hasRecentHeartbeat ? `, last heard of at ${heartbeat}` : ""}`,
    remedy: `wait for that run to end, or wait longer with --lock-timeout${holder.host === host || !hasRecentHeartbeat ? "" : ofAnotherHost(ttlMs)}; if it is certainly gone: ${suggest("state", "unlock", id)}`,
  });
}

/** A restarted container has another host name as a rule. */
function ofAnotherHost(ttlMs: number): string {
  return ` (a run of another host or container counts as gone ${formatDuration(ttlMs)} after it was last heard of)`;
}

function formatDuration(ms: number): string {
  return ms < 60_000 ? `${ms / 1_000} seconds` : `${ms / 60_000} minutes`;
}

/** Not every server says more of a run than who started it. */
function purposeOf({ command }: LockHolder): string {
  return command === "unknown" ? "" : ` for "${command}"`;
}

export function waitingFor(place: string, holder: LockHolder, lockTimeoutMs: number): Diagnostic {
  const { who, since } = holder;
  return {
    code: "state-locked",
    severity: "warning",
    summary: `waiting up to ${Math.ceil(lockTimeoutMs / 1_000)} s for the lock of ${place}, which ${who} has held${purposeOf(holder)} since ${since}`,
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

/** A run has ended, and its lock is still there. `lease`: it runs out for everybody, this host's runs included. */
export function lockLeft(
  place: string,
  { id, host }: LockHolder,
  reason: string,
  lease?: LeaseTime,
): Diagnostic {
  const remedy = lease
    ? `nothing has to be done: it runs out by itself, ${formatDuration(lease.ttlMs)} after it was last renewed`
    : `nothing has to be done on ${host}, whose next run takes it over; before a run elsewhere, or if that one is refused: ${suggest("state", "unlock", id)}`;
  const summary = `the lock of ${place} could not be removed: ${reason}`;
  return { code: "state-locked", severity: "warning", summary, remedy };
}

/** Somebody wants to unlock another ID than the present one. */
export function otherLock(holder: LockHolder, place: string, id: string): DiagnosticError {
  return failure({
    code: "state-locked",
    summary: `the lock of ${place} has the ID ${holder.id}, not ${id}: ${holder.who} has held it since ${holder.since}`,
    remedy: `if that run is certainly gone: ${suggest("state", "unlock", holder.id)}`,
  });
}

/** A server keeps a lock that it was asked to remove. */
export function stillLocked(place: string, id: string): DiagnosticError {
  return failure({
    code: "state-locked",
    summary: `the lock of ${place} is still there: the server did not remove the one with the ID ${id}`,
    remedy: "remove it with the server's own means, then run the command again",
  });
}

/** This run's lock is another one's now, or nobody's. */
export function lockLost(place: string, now: LockHolder | undefined): DiagnosticError {
  const taker = now === undefined ? "was removed" : `was taken over by ${now.who} at ${now.since}`;
  return failure({
    code: "lock-lost",
    summary: `the lock of ${place} ${taker}, so nothing more is written`,
    remedy: "make sure that no other run is at work, then run the command again",
  });
}
