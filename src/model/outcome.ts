/** What became of a plan: every change's outcome, reported whether it succeeded or not. */
import type { Diagnostic } from "./diagnostic";
import type { Change, Plan } from "./plan";

export type ChangeStatus =
  | "applied"
  /** Its operation failed; the diagnostic says how. */
  | "failed"
  /** Not tried, because something it depends on failed, or the run was cancelled. */
  | "skipped";

export interface ChangeOutcome {
  readonly address: string;
  readonly action: Change["action"];
  readonly status: ChangeStatus;
  /** Issued and replaced secrets: where they were delivered, as a person reads it. */
  readonly delivered_to?: string;
}

export interface Outcome {
  readonly plan: Plan;
  readonly changes: readonly ChangeOutcome[];
  readonly summary: {
    readonly applied: number;
    readonly failed: number;
    readonly skipped: number;
    /** Requests sent that change something; retries included. */
    readonly requests: number;
    /** Those of them that were carried out, or may have been: their answer was lost. */
    readonly carried_out: number;
  };
  readonly cancelled: boolean;
  /** Whether something is left to do that this plan did not cover, and that was not approved. */
  readonly further_plan_due: boolean;
  readonly diagnostics: readonly Diagnostic[];
}
