import type { Clock } from "../../src/platform/clock";

/** Turns of the event loop in which nothing is left to do but to wait, as far as can be told. */
const IDLE_TURNS = 3;

/** Time that passes only while everybody sleeps, and then at once: a day of waiting takes no time. */
export class VirtualClock implements Clock {
  #now = Date.UTC(2026, 0, 1);
  #sleepers: { readonly at: number; readonly wake: () => void }[] = [];
  #runs = false;

  now(): number {
    return this.#now;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      if (signal?.aborted) return resolve();
      const wake = () => {
        signal?.removeEventListener("abort", cancel);
        resolve();
      };
      const sleeper = { at: this.#now + ms, wake };
      const cancel = () => {
        this.#sleepers = this.#sleepers.filter((each) => each !== sleeper);
        wake();
      };
      signal?.addEventListener("abort", cancel);
      this.#sleepers.push(sleeper);
      void this.#run();
    });
  }

  async #run(): Promise<void> {
    if (this.#runs) return;
    this.#runs = true;
    while (this.#sleepers.length > 0) {
      for (let turn = 0; turn < IDLE_TURNS; turn += 1) await new Promise((resolve) => setImmediate(resolve));
      const next = Math.min(...this.#sleepers.map(({ at }) => at));
      this.#now = Math.max(this.#now, next);
      const due = this.#sleepers.filter(({ at }) => at <= this.#now);
      this.#sleepers = this.#sleepers.filter(({ at }) => at > this.#now);
      for (const { wake } of due) wake();
    }
    this.#runs = false;
  }
}
