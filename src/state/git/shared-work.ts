/** Work that callers share, such as asking a server what is there. One turn runs at a time. */
export class SharedWork {
  readonly #work: () => Promise<void>;
  #running: Promise<void> | undefined;
  #next: Promise<void> | undefined;

  constructor(work: () => Promise<void>) {
    this.#work = work;
  }

  /** A turn that begins after the call. All who call before it begins share it. */
  fresh(): Promise<void> {
    this.#next ??= this.#turnAfter(this.#running);
    return this.#next;
  }

  /** The turn that runs, where one does: what it finds may be older than the call. */
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
