import type { Clock } from "../platform/clock";

/** A smaller step of the server's clock changes nothing. */
const SMALL_STEP_MS = 1_000;

/**
 * What is known of a server's clock, measured by our own one, which nobody sets. Times are milliseconds. A server's
 * clock that is set forward must not end what is still going on.
 */
export class ServerClock {
  readonly #clock: Clock;
  readonly #settlesAfterMs: number;
  /** By how much the server's clock is ahead of our elapsed time, at least and at most. */
  #ahead: readonly [least: number, most: number] | undefined;
  #steadySince = 0;

  /** A clock that was set is trusted again after `settlesAfterMs`. */
  constructor(clock: Clock, settlesAfterMs: number) {
    this.#clock = clock;
    this.#settlesAfterMs = settlesAfterMs;
  }

  /** Takes note of the time that the server gave in answer to a question of `askedAt`. True if it was set back. */
  note(now: number, askedAt: number): boolean {
    const elapsed = this.#clock.elapsed();
    const [least, most] = [now - elapsed, now - askedAt];
    const [formerLeast, formerMost] = this.#ahead ?? [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    const isSetBack = this.#ahead !== undefined && most < formerLeast - SMALL_STEP_MS;
    const isStep = this.#ahead === undefined || isSetBack || least > formerMost + SMALL_STEP_MS;
    if (isStep) this.#steadySince = elapsed;
    // A slow answer says less than a quick one before it.
    this.#ahead = isStep
      ? [least, most]
      : [Math.max(least, formerLeast), Math.max(least, Math.min(most, formerMost))];
    return isSetBack;
  }

  /** How long until the clock is trusted. */
  get settlesInMs(): number {
    return Math.max(0, this.#steadySince + this.#settlesAfterMs - this.#clock.elapsed());
  }

  /** The latest time that the server's clock can show now if nobody has set it; minus infinity while it is not trusted. */
  get latest(): number {
    if (this.#ahead === undefined || this.settlesInMs > 0) return Number.NEGATIVE_INFINITY;
    return this.#clock.elapsed() + this.#ahead[1] + SMALL_STEP_MS;
  }
}
