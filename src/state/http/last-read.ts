import type { Clock } from "../../platform/clock";

/** How long what was read counts as what is there, for those who only look, in milliseconds. */
const FRESH_MS = 2_000;

/** What was read last. A read that began before a write, or before a read that has ended, does not replace what is known since. */
export class LastRead<T> {
  readonly #clock: Clock;
  #begun = 0;
  /** All that began up to this one came too early. */
  #known = 0;
  #last: { readonly at: number; readonly value: T } | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** What was read a moment ago, else what a new read gives. */
  async look(read: () => Promise<T>): Promise<T> {
    const isFresh = this.#last && this.#clock.elapsed() - this.#last.at <= FRESH_MS;
    return this.#last && isFresh ? this.#last.value : this.fetch(read);
  }

  async fetch(read: () => Promise<T>): Promise<T> {
    const number = ++this.#begun;
    const at = this.#clock.elapsed();
    const value = await read();
    if (number > this.#known) {
      this.#known = number;
      this.#last = { at, value };
    }
    return value;
  }

  /** After a write that left this there. */
  replace(value: T): void {
    this.forget();
    this.#last = { at: this.#clock.elapsed(), value };
  }

  /** After any other write: the next one who looks reads anew. */
  forget(): void {
    this.#known = this.#begun;
    this.#last = undefined;
  }
}
