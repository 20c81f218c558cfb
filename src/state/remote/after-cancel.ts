import { requireNotCancelled, unlessCancelled } from "../../model/cancelled";
import { type Diagnostic, type DiagnosticError, failure } from "../../model/diagnostic";
import type { LockRequest } from "../storage";

/** How long a cancelled run waits for a write, and for the end of its locks, in milliseconds. */
export const WRITE_AFTER_CANCEL_MS = 60_000;
export const RELEASE_AFTER_CANCEL_MS = 5_000;
/** A shorter wait is not reported. */
const SILENT_MS = 1_000;

/**
 * Waits for what a run asked of the server at `place`. Once the run is cancelled, this reports that it waits, and
 * rejects with a `DiagnosticError` (`state-unreachable`) after `mostMs`, although the work goes on.
 */
export function limitAfterCancel<T>(
  run: LockRequest,
  place: string,
  mostMs: number,
  work: Promise<T>,
): Promise<T> {
  const { clock, signal, report } = run;
  if (signal === undefined) return work;
  const settled = new AbortController();
  return new Promise((resolve, reject) => {
    const limit = async () => {
      await clock.sleep(SILENT_MS, settled.signal);
      if (!settled.signal.aborted) report(waits(place, mostMs));
      await clock.sleep(mostMs - SILENT_MS, settled.signal);
      if (!settled.signal.aborted) reject(noAnswer(mostMs));
    };
    if (signal.aborted) void limit();
    else signal.addEventListener("abort", limit, { once: true, signal: settled.signal });
    work.then(resolve, reject).finally(() => settled.abort());
  });
}

/**
 * Waits for work that only reads until it calls `begin`, and then changes something. Once the run is cancelled, this
 * rejects at once if nothing began, and otherwise waits as `limitAfterCancel` does.
 */
export function limitOnceBegun<T>(
  run: LockRequest,
  place: string,
  mostMs: number,
  work: (begin: () => void) => Promise<T>,
): Promise<T> {
  let isBegun = false;
  let doing: Promise<T> | undefined;
  const begin = () => {
    requireNotCancelled(run.signal);
    isBegun = true;
  };
  const start = () => {
    doing = work(begin);
    return doing;
  };
  return unlessCancelled(run.signal, start).catch((error) => {
    if (!isBegun || doing === undefined) throw error;
    return limitAfterCancel(run, place, mostMs, doing);
  });
}

function waits(place: string, mostMs: number): Diagnostic {
  return {
    code: "state-unreachable",
    severity: "warning",
    summary: `waiting up to ${mostMs / 1_000} s for an answer of the state's server, so that nothing stays half done: ${place}`,
  };
}

function noAnswer(mostMs: number): DiagnosticError {
  return failure({
    code: "state-unreachable",
    summary: `the state's server gave no answer within ${mostMs / 1_000} s after the run was cancelled`,
    remedy:
      "run the command again when the server is well: what was not recorded is observed and planned once more",
  });
}
