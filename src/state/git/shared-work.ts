/** Work that callers share, such as reading a server's refs. Only one turn runs at a time. */
export class SharedWork {
  readonly #work: () => Promise<void>;
  #running: Promise<void> | undefined;
  #next: Promise<void> | undefined;

  constructor(work: () => Promise<void>) {
    this.#work = work;
  }

  /** Waits for a turn that starts after the call. All callers before its start share it. */
  fresh(): Promise<void> {
    this.#next ??= this.#turnAfter(this.#running);
    return this.#next;
  }

  /** Waits for the running turn, if any. Its result may be older than the call. */
  current(): Promise<void> {
    return this.#running ?? this.fresh();
  }

  async #turnAfter(running: Promise<void> | undefined): Promise<void> {
    await running?.catch(() => undefined);
    this.#running = this.#next;
    this.#next = undefined;
    try {
      await this.#work();
    } finally {
      this.#running = undefined;
    }
  }
}
