import { isRefused, ManagerError } from "../api/manager-error";
import type { Clock } from "../platform/clock";

/** Attempts of one write with unknown effect. */
const ATTEMPTS = 3;
const BACKOFF_MS = 500;

export interface RetryTools {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly report: (event: {
    readonly type: "retry";
    readonly address: string;
    readonly attempt: number;
    readonly reason: string;
  }) => void;
}

/**
 * Whether to try a write again after `error`: only one of unknown effect, a bounded number of times. Resolves after a
 * pause that grows with each attempt. The caller must first read what the earlier attempts did.
 */
export async function mayTryAgain(
  { clock, signal, report }: RetryTools,
  error: unknown,
  attempt: number,
  address: string,
): Promise<boolean> {
  if (!(error instanceof ManagerError) || isRefused(error)) return false;
  if (attempt >= ATTEMPTS || signal.aborted) return false;
  report({ type: "retry", address, attempt, reason: error.details.summary });
  await clock.sleep(BACKOFF_MS * 2 ** (attempt - 1), signal);
  return !signal.aborted;
}
