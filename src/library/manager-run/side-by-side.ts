/** Orders work: parallel work runs at once, and exclusive work waits until nothing else is running. */
export class SideBySide {
  #running = 0;
  readonly #waiting: { readonly isAlone: boolean; readonly start: () => void }[] = [];
  #isAlone = false;

  async run<T>(isAlone: boolean, work: () => Promise<T>): Promise<T> {
    await new Promise<void>((start) => {
      this.#waiting.push({ isAlone, start });
      this.#startNext();
    });
    try {
      return await work();
    } finally {
      this.#running--;
      this.#isAlone = false;
      this.#startNext();
    }
  }

  /** Starts work in the order of arrival, so that none waits for ever. */
  #startNext(): void {
    for (;;) {
      const [next] = this.#waiting;
      if (next === undefined || this.#isAlone || (next.isAlone && this.#running > 0)) return;
      this.#waiting.shift();
      this.#running++;
      this.#isAlone = next.isAlone;
      next.start();
    }
  }
}
