import type { Random } from "../platform/random";

/** A failing manager is tried again after at most this many intervals, and after at most an hour. */
const MOST_INTERVALS = 8;
const LONGEST_MS = 3_600_000;
/** Random share by which pauses are longer or shorter, so that the cycles of a fleet spread over the interval. */
const JITTER = 0.1;

/**
 * Milliseconds until a manager is reconciled again: the interval, doubled with each failure in a row. So a failing
 * login, which might lock the user out, is never tried more often than a working one.
 */
export function nextPause(intervalMs: number, failures: number, random: Random): number {
  const most = Math.max(intervalMs, Math.min(intervalMs * MOST_INTERVALS, LONGEST_MS));
  const pause = Math.min(most, intervalMs * 2 ** failures);
  return Math.round(pause * (1 - JITTER + random.next() * 2 * JITTER));
}
