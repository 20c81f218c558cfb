/** What became of a plan: every change's outcome, reported whether it succeeded or not. */

import type { Change } from "./change";
import type { Diagnostic } from "./diagnostic";
import type { Plan } from "./plan";

export type ChangeStatus =
  | "applied"
  /** Its operation failed; the diagnostic says how. */
  | "failed"
  /** Not tried, because something it depends on failed, or the run was cancelled. */
  | "skipped";

/** One thing that came of a change, whether the change as a whole succeeded or not. */
export interface Effect {
  readonly effect: EffectKind;
  /** The place of a delivery, the file of a kept secret, or the address of a secret that was issued for this change. */
  readonly at?: string;
}

export type EffectKind =
  /** What was there before is deleted on the manager. */
  | "deleted"
  /** A new secret was issued; a former one is worth nothing. */
  | "issued"
  | "delivered"
  /** The secret is there, and nothing says that it outlasts a loss of power. */
  | "unconfirmed"
  | "not-delivered"
  /** The issued secret waits, encrypted, for the next run to deliver it. */
  | "kept"
  /** A request was sent, and nothing says whether it was carried out. */
  | "unknown"
  /** It was done, and the state could not be told: the next run finds it, and does it again where it cannot tell. */
  | "not-recorded";

export interface ChangeOutcome {
  readonly address: string;
  readonly action: Change["action"];
  readonly status: ChangeStatus;
  /** Issued and replaced secrets: where they were delivered, as a person reads it. */
  readonly delivered_to?: string;
  /** What came of it, in the order in which it happened; absent where the status says it all. */
  readonly effects?: readonly Effect[];
}

/** Whether a change was made that the state does not have. */
export function isUnrecorded({ effects }: ChangeOutcome): boolean {
  return effects?.some(({ effect }) => effect === "not-recorded") === true;
}

export interface Outcome {
  readonly plan: Plan;
  readonly changes: readonly ChangeOutcome[];
  readonly summary: {
    readonly applied: number;
    readonly failed: number;
    readonly skipped: number;
    /** Those of the applied that the state does not have. */
    readonly not_recorded: number;
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
