import type { Clock } from "../../src/platform/clock";

/** A clock that stands still until a test moves it. */
export class ManualClock implements Clock {
  #now: number;
  #elapsed = 0;
  #sleepers: { readonly at: number; readonly wake: () => void }[] = [];

  constructor(now = Date.UTC(2030, 0, 1)) {
    this.#now = now;
  }

  now(): number {
    return this.#now;
  }

  elapsed(): number {
    return this.#elapsed;
  }

  /** As whoever sets the host's clock does: what lasts goes on lasting. */
  set(now: number): void {
    this.#now = now;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      if (signal?.aborted) return resolve();
      const wake = () => {
        this.#sleepers = this.#sleepers.filter((each) => each !== sleeper);
        signal?.removeEventListener("abort", wake);
        resolve();
      };
      const sleeper = { at: this.#elapsed + ms, wake };
      this.#sleepers.push(sleeper);
      signal?.addEventListener("abort", wake, { once: true });
    });
  }

  /** Moves on by `ms`, waking each sleeper at its time and letting it work before the next one wakes. */
  async advance(ms: number): Promise<void> {
    const end = this.#elapsed + ms;
    await settle();
    while (this.#wakeNext(end)) await settle();
    this.#moveTo(end);
  }

  /** Moves on from sleeper to sleeper until nobody sleeps. */
  protected async advanceWhileAnybodySleeps(): Promise<void> {
    do await settle();
    while (this.#wakeNext(Number.POSITIVE_INFINITY));
  }

  #wakeNext(end: number): boolean {
    const [next] = this.#sleepers.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at);
    if (next === undefined) return false;
    this.#moveTo(Math.max(this.#elapsed, next.at));
    next.wake();
    return true;
  }

  #moveTo(elapsed: number): void {
    this.#now += elapsed - this.#elapsed;
    this.#elapsed = elapsed;
  }
}

/** Turns of the event loop after which nothing is left to do but to wait, as far as can be told. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
}
