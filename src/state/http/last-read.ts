import type { Clock } from "../../platform/clock";

/** Milliseconds for which a read without a lock may use the last answer. */
const FRESH_MS = 2_000;

/**
 * Caches the last read. A read that started before a write, or before a finished read, does not replace a newer
 * value.
 */
export class LastRead<T> {
  readonly #clock: Clock;
  #begun = 0;
  /** Reads up to this number started too early. */
  #known = 0;
  #last: { readonly at: number; readonly value: T } | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Returns a recent value, or reads a new one. */
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

  /** Stores the value of a write. */
  replace(value: T): void {
    this.forget();
    this.#last = { at: this.#clock.elapsed(), value };
  }

  /** Makes the next call of `look` read again, after any other write. */
  forget(): void {
    this.#known = this.#begun;
    this.#last = undefined;
  }
}
