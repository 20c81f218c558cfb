import type { Random } from "../platform/random";

/** Delays are in milliseconds. */
export interface RetryPolicy {
  /** Attempts of one call that end without an answer or in a passing fault of the manager; a time-out counts as two. */
  readonly attempts: number;
  /** Attempts of one call that the manager answers with *busy*; they cost the manager little. */
  readonly busyAttempts: number;
  readonly firstDelay: number;
  readonly maxDelay: number;
  /** A `Retry-After` beyond this is cut to it. */
  readonly maxRetryAfter: number;
}

export const defaultRetryPolicy: RetryPolicy = {
  attempts: 4,
  busyAttempts: 10,
  firstDelay: 250,
  maxDelay: 10_000,
  maxRetryAfter: 60_000,
};

/** The delay before the attempt after `failures` failed ones: doubling, capped, and jittered over its upper half. */
export function backoff(policy: RetryPolicy, failures: number, random: Random): number {
  const full = Math.min(policy.maxDelay, policy.firstDelay * 2 ** (failures - 1));
  return Math.round(full * (0.5 + random.next() / 2));
}

/** A `Retry-After` in milliseconds from now, in either of its two forms; `undefined` when it is neither. */
export function retryAfter(
  header: string | readonly string[] | undefined,
  now: number,
  policy: RetryPolicy,
): number | undefined {
  const text = (typeof header === "string" ? header : header?.[0])?.trim();
  if (!text) return undefined;
  // `Date.parse` makes a year of `1.5` and of `in 30 seconds`.
  const at = /^[A-Z][a-z]+, .+ GMT$/.test(text) ? Date.parse(text) - now : Number.NaN;
  const wait = /^\d+$/.test(text) ? Number(text) * 1000 : at;
  if (Number.isNaN(wait)) return undefined;
  return Math.min(Math.max(wait, 0), policy.maxRetryAfter);
}

/**
 * Bounds the retries of all calls to one manager together: each costs a token, each success earns one. So a manager
 * that is down costs a few retries, and not a few for each of ten thousand agents.
 */
export class RetryBudget {
  readonly #capacity: number;
  #tokens: number;

  constructor(capacity: number) {
    this.#capacity = capacity;
    this.#tokens = capacity;
  }

  earn(): void {
    if (this.#tokens < this.#capacity) this.#tokens += 1;
  }

  /** Whether one more retry may be made. */
  spend(): boolean {
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }
}
