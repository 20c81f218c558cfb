/** What `explain` says of one code: a diagnostic's, or that of a manager's message. */
export interface Explanation {
  readonly code: string;
  readonly kind: "diagnostic" | "message";
  readonly meaning: string;
  /** The usual cause. */
  readonly cause?: string;
  readonly remedy?: string;
  /** How a run ends that an error of this code stopped before anything was done. */
  readonly exit_code?: number;
}
