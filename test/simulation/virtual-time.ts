import type { Clock } from "../../src/platform/clock";

interface Alarm {
  readonly at: number;
  readonly wake: () => void;
}

/** More than any history needs; a run that goes round in circles is found by it. */
const MOST_ALARMS = 50_000;
const START = Date.parse("2030-01-01T00:00:00Z");

/** Nobody is left to wake up, and somebody still waits. */
export class StalledError extends Error {
  override readonly name = "StalledError";
}

/**
 * Time that goes on only when everybody waits, and then at once to the next alarm. Two clocks in one, like a machine:
 * alarms go by the time that has passed, and `now` by a wall clock that can be put forward or back.
 */
export class VirtualTime implements Clock {
  #passed = 0;
  #offset = START;
  #latest = START;
  #alarms: Alarm[] = [];
  #woken = 0;

  now(): number {
    const now = this.#offset + this.#passed;
    this.#latest = Math.max(this.#latest, now);
    return now;
  }

  elapsed(): number {
    return this.#passed;
  }

  /** The wall clock is put forward, or back. */
  jump(ms: number): void {
    this.#offset += ms;
  }

  /** The wall clock is put to so much after the latest time that it ever showed. */
  catchUp(ms: number): void {
    this.jump(Math.max(this.now(), this.#latest) + ms - this.now());
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    if (signal?.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const alarm = { at: this.#passed + Math.max(0, ms), wake: finish };
      function finish() {
        signal?.removeEventListener("abort", cancel);
        resolve();
      }
      const cancel = () => {
        this.#alarms = this.#alarms.filter((each) => each !== alarm);
        finish();
      };
      signal?.addEventListener("abort", cancel, { once: true });
      this.#add(alarm);
    });
  }

  after(ms: number, work: () => void): void {
    this.#add({ at: this.#passed + ms, wake: work });
  }

  /** Lets time pass until `work` has ended. Throws a `StalledError` when it cannot. */
  async until<T>(work: Promise<T>): Promise<T> {
    let ended = false;
    const end = () => {
      ended = true;
    };
    work.then(end, end);
    const most = this.#woken + MOST_ALARMS;
    for (;;) {
      await everybodyWaits();
      if (ended) return work;
      const next = this.#alarms.shift();
      if (next === undefined) throw new StalledError("everybody waits for ever");
      if (++this.#woken > most) throw new StalledError("it goes on and on");
      this.#passed = Math.max(this.#passed, next.at);
      next.wake();
    }
  }

  /** Sorted, and among equals in the order of their setting. */
  #add(alarm: Alarm): void {
    let index = this.#alarms.length;
    while (index > 0 && (this.#alarms[index - 1]?.at ?? 0) > alarm.at) index--;
    this.#alarms.splice(index, 0, alarm);
  }
}

/** Every promise that could go on has gone on: nothing in a simulated world takes real time. */
function everybodyWaits(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
