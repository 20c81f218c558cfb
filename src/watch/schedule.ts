/**
 * Which manager is reconciled next, and by whom. One process keeps it in memory; replicas share it in a database. Times are
 * waits from now on: neither the hosts' clocks nor the database's have to agree, or to go forward only.
 */
export interface Schedule {
  /**
   * Adds managers that it does not know; they are due at once. Those that it knows come due within so many milliseconds, or stay
   * as they are where none are given.
   */
  add(managers: readonly string[], withinMs?: number): Promise<void>;
  /** Makes managers due at once, those being reconciled included: their desired state changed. */
  makeDue(managers: readonly string[]): Promise<void>;
  /**
   * Takes that of the managers which has been due longest, unless somebody has it; `undefined` where none is due. With `any-time`
   * a manager is also taken before it is due.
   */
  take(managers: readonly string[], when?: TakeWhen): Promise<Turn | undefined>;
  nextDue(managers: readonly string[]): Promise<NextDue>;
}

export type TakeWhen = "due" | "any-time";

export interface NextDue {
  /** Milliseconds until the first of the managers is due that nobody has; infinite where there is none. */
  readonly waitMs: number;
  /** False where it does not know all of them (any more): they are to be added. */
  readonly isComplete: boolean;
}

/** A manager that is this process's to reconcile until it gives it back. */
export interface Turn {
  readonly manager: string;
  /** Cycles of the manager that failed one after another before this one. */
  readonly failures: number;
  /** Aborted when the manager is no longer ours: another replica may have it. */
  readonly lost: AbortSignal;
  giveBack(next: NextTurn): Promise<void>;
}

export interface NextTurn {
  readonly waitMs: number;
  readonly failures: number;
}
