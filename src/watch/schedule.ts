/** Which manager is reconciled next, and by whom. One process keeps it in memory; replicas share it in a database. */
export interface Schedule {
  /** Adds managers that it does not know yet; they are due at once. Those that it knows come due within so many milliseconds. */
  add(managers: readonly string[], withinMs: number): Promise<void>;
  /** Makes managers due at once, those being reconciled included: their desired state changed. */
  hasten(managers: readonly string[]): Promise<void>;
  /** Takes that of the managers which has been due longest, unless somebody has it; `undefined` where none is due. */
  take(managers: readonly string[]): Promise<Turn | undefined>;
  /** When the first of the managers is due that nobody has, in milliseconds since the epoch. */
  nextDue(managers: readonly string[]): Promise<number | undefined>;
}

/** A manager that is this process's to reconcile until it gives it back. */
export interface Turn {
  readonly manager: string;
  /** Cycles of the manager that failed one after another before this one. */
  readonly failures: number;
  /** Aborted when the manager is no longer ours: another replica may have it. */
  readonly lost: AbortSignal;
  giveBack(next: { readonly dueAt: number; readonly failures: number }): Promise<void>;
}
