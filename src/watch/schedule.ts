/**
 * Which manager is reconciled next, and by whom. One process keeps it in memory; replicas share it in a database.
 * Times are relative to now, so that the clocks of hosts and of the database need not agree, nor be monotonic.
 */
export interface Schedule {
  /**
   * Adds unknown managers, which are due at once. With `withinMs`, known managers become due within that time;
   * without it, they stay as they are.
   */
  add(managers: readonly string[], withinMs?: number): Promise<void>;
  /** Makes managers due at once, including those that are being reconciled: their desired state changed. */
  makeDue(managers: readonly string[]): Promise<void>;
  /**
   * Takes the manager that has been due longest and that nobody has; `undefined` if none is due. With `any-time` it
   * also takes a manager before it is due.
   */
  take(managers: readonly string[], when?: TakeWhen): Promise<Turn | undefined>;
  nextDue(managers: readonly string[]): Promise<NextDue>;
}

export type TakeWhen = "due" | "any-time";

export interface NextDue {
  /** Milliseconds until the first free manager is due; infinite if there is none. */
  readonly waitMs: number;
  /** False if it does not know all of them, or not when they are due: add them. */
  readonly isComplete: boolean;
}

/** One turn: this process reconciles the manager until it gives it back. */
export interface Turn {
  readonly manager: string;
  /** Number of consecutive failed cycles of the manager before this one. */
  readonly failures: number;
  /** Aborted when the manager is no longer ours: another replica may have it. */
  readonly lost: AbortSignal;
  giveBack(next: NextTurn): Promise<void>;
}

export interface NextTurn {
  readonly waitMs: number;
  readonly failures: number;
}
