import type { Clock } from "../platform/clock";
import type { NextDue, Schedule, TakeWhen, Turn } from "./schedule";

interface Entry {
  /** By the clock's `elapsed`; infinite during a turn. */
  dueAt: number;
  failures: number;
  isTaken: boolean;
}

/** The schedule of a single process. */
export class MemorySchedule implements Schedule {
  readonly #clock: Clock;
  readonly #entries = new Map<string, Entry>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  async add(managers: readonly string[], withinMs = Number.POSITIVE_INFINITY): Promise<void> {
    for (const manager of managers) {
      if (!this.#entries.has(manager)) this.#entries.set(manager, { dueAt: 0, failures: 0, isTaken: false });
    }
    const latest = this.#clock.elapsed() + withinMs;
    for (const [, entry] of this.#free(managers)) entry.dueAt = Math.min(entry.dueAt, latest);
  }

  async makeDue(managers: readonly string[]): Promise<void> {
    for (const [, entry] of this.#among(managers)) Object.assign(entry, { dueAt: 0, failures: 0 });
  }

  async take(managers: readonly string[], when: TakeWhen = "due"): Promise<Turn | undefined> {
    const [first] = this.#free(managers);
    if (first === undefined) return undefined;
    if (when === "due" && first[1].dueAt > this.#clock.elapsed()) return undefined;
    const [manager, entry] = first;
    Object.assign(entry, { isTaken: true, dueAt: Number.POSITIVE_INFINITY });
    const { failures } = entry;
    return {
      manager,
      failures,
      lost: new AbortController().signal,
      giveBack: async (next) => {
        entry.isTaken = false;
        // It was made due during the turn: the desired state may have changed.
        if (entry.dueAt === 0) return;
        Object.assign(entry, { dueAt: this.#clock.elapsed() + next.waitMs, failures: next.failures });
      },
    };
  }

  async nextDue(managers: readonly string[]): Promise<NextDue> {
    const dueAt = this.#free(managers)[0]?.[1].dueAt ?? Number.POSITIVE_INFINITY;
    const isComplete = managers.every((manager) => this.#entries.has(manager));
    return { waitMs: Math.max(0, dueAt - this.#clock.elapsed()), isComplete };
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
