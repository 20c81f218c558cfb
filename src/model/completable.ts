/** Kinds of names that shells can complete, for the value of an option or for an argument. */
export const completables = [
  /** A declared manager. */
  "manager",
  "zone",
  /** The host of a manager or of a lower manager. */
  "host",
  /** The ID of a client. */
  "client",
  /** What is declared or owned, and every place above it. */
  "target",
  /** What a manager issues: a client, or an initial secret. */
  "issued",
  /** What the state has. */
  "owned",
  /** The ID of a lock that is held. */
  "lock",
  /** The code of a diagnostic, or the ID of a manager's message. */
  "code",
] as const;

export type Completable = (typeof completables)[number];
