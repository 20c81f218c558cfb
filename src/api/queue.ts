import type { Clock } from "../platform/clock";

/**
 * At most `parallelism` requests in flight on one manager. When the manager answers that it is busy, all calls pause
 * and half as many may be in flight; each success then restores a share.
 */
export class RequestQueue {
  readonly #parallelism: number;
  readonly #clock: Clock;
  readonly #signal: AbortSignal | undefined;
  readonly #waiting: (() => void)[] = [];
  #limit: number;
  #inFlight = 0;
  #pausedUntil = 0;
  #wakes = false;

  constructor(parallelism: number, clock: Clock, signal?: AbortSignal) {
    this.#parallelism = parallelism;
    this.#limit = parallelism;
    this.#clock = clock;
    this.#signal = signal;
  }

  /** How many requests may be in flight now. */
  get limit(): number {
    return Math.floor(this.#limit);
  }

  /** Takes a place in the queue. Returns `undefined` if one is free, which saves a promise in the common case. */
  acquire(): Promise<void> | undefined {
    if (this.#waiting.length === 0 && this.#inFlight < this.limit && !this.#isPaused()) {
      this.#inFlight += 1;
      return undefined;
    }
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
      this.#admit();
    });
  }

  release(): void {
    this.#inFlight -= 1;
    if (this.#waiting.length > 0) this.#admit();
  }

  /** The manager answered as it should. */
  succeeded(): void {
    if (this.#limit < this.#parallelism) {
      this.#limit = Math.min(this.#parallelism, this.#limit + 1 / this.#limit);
    }
  }

  /**
   * The manager is busy: nothing is sent for `pause` milliseconds. Returns whether that is a new pause, and by how
   * much the wait grows.
   */
  busy(pause: number): { readonly isNew: boolean; readonly added: number } {
    // Requests that were in flight at the start of the pause report the same load: they halve the limit only once.
    const isNew = !this.#isPaused();
    if (isNew) this.#limit = Math.max(1, this.#limit / 2);
    const now = this.#clock.elapsed();
    const before = Math.max(this.#pausedUntil, now);
    this.#pausedUntil = Math.max(before, now + pause);
    return { isNew, added: this.#pausedUntil - before };
  }

  #isPaused(): boolean {
    if (this.#pausedUntil === 0) return false;
    // A cancelled run does not wait: queued calls must learn that they will not be sent.
    if (this.#clock.elapsed() < this.#pausedUntil && this.#signal?.aborted !== true) return true;
    this.#pausedUntil = 0;
    return false;
  }

  #admit(): void {
    if (this.#isPaused()) {
      void this.#wake();
      return;
    }
    while (this.#inFlight < this.limit) {
      const next = this.#waiting.shift();
      if (next === undefined) return;
      this.#inFlight += 1;
      next();
    }
  }

  async #wake(): Promise<void> {
    if (this.#wakes) return;
    this.#wakes = true;
    await this.#clock.sleep(this.#pausedUntil - this.#clock.elapsed(), this.#signal);
    this.#wakes = false;
    this.#admit();
  }
}
