/** The only table of exit codes; `docs/exit-codes.md` repeats it and a test compares the two. */
export const ExitCode = {
  /** Done, or in sync. */
  done: 0,
  /** Failed, and nothing was done. */
  failure: 1,
  /** Changes are present (`plan --detailed-exitcode`, always `drift`). */
  changes: 2,
  /** Partly applied, or partly unknown. */
  partial: 3,
  /** Refused by policy. */
  policy: 4,
  /** The saved plan is stale. */
  stale: 5,
  /** Another run holds the state's lock. */
  locked: 6,
  /** Not authenticated, or not permitted. */
  denied: 7,
  /** Wrong usage, or invalid input. */
  usage: 64,
  /** Cancelled by a signal. */
  cancelled: 130,
} as const;

export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode];
