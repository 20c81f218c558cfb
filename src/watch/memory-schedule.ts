import type { Clock } from "../platform/clock";
import type { Schedule, Turn } from "./schedule";

interface Entry {
  /** Infinity while somebody has the manager. */
  dueAt: number;
  failures: number;
  isTaken: boolean;
}

/** The schedule of a process that works alone. */
export class MemorySchedule implements Schedule {
  readonly #clock: Clock;
  readonly #entries = new Map<string, Entry>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  async add(managers: readonly string[], withinMs: number): Promise<void> {
    for (const manager of managers) {
      if (!this.#entries.has(manager)) this.#entries.set(manager, { dueAt: 0, failures: 0, isTaken: false });
    }
    const latest = this.#clock.now() + withinMs;
    for (const [, entry] of this.#free(managers)) entry.dueAt = Math.min(entry.dueAt, latest);
  }

  async hasten(managers: readonly string[]): Promise<void> {
    for (const [, entry] of this.#among(managers)) Object.assign(entry, { dueAt: 0, failures: 0 });
  }

  async take(managers: readonly string[]): Promise<Turn | undefined> {
    const [first] = this.#free(managers);
    if (first === undefined || first[1].dueAt > this.#clock.now()) return undefined;
    const [manager, entry] = first;
    Object.assign(entry, { isTaken: true, dueAt: Number.POSITIVE_INFINITY });
    const { failures } = entry;
    return {
      manager,
      failures,
      lost: new AbortController().signal,
      giveBack: async (next) => {
        // Hastened meanwhile: what was done may not be what is desired now.
        const isHastened = entry.dueAt === 0;
        Object.assign(entry, { isTaken: false, ...(isHastened ? {} : next) });
      },
    };
  }

  async nextDue(managers: readonly string[]): Promise<number | undefined> {
    return this.#free(managers)[0]?.[1].dueAt;
  }

  #free(managers: readonly string[]): [string, Entry][] {
    return this.#among(managers)
      .filter(([, { isTaken }]) => !isTaken)
      .sort(([, a], [, b]) => a.dueAt - b.dueAt);
  }

  #among(managers: readonly string[]): [string, Entry][] {
    return managers.flatMap((manager): [string, Entry][] => {
      const entry = this.#entries.get(manager);
      return entry === undefined ? [] : [[manager, entry]];
    });
  }
}
