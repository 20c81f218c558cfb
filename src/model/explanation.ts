/** The explanation of one code: of a diagnostic, of a manager's message, or an exit code. */
export interface Explanation {
  readonly code: string;
  readonly kind: "diagnostic" | "message" | "exit-code";
  readonly meaning: string;
  /** The usual cause. */
  readonly cause?: string | undefined;
  readonly remedy?: string | undefined;
  /** The exit code of a run that an error of this code stopped before it did anything. */
  readonly exit_code?: number;
}
