/** The outcome of a plan: of every change, successful or not. */

import type { Change } from "./change";
import type { Diagnostic } from "./diagnostic";
import type { Plan } from "./plan";

export type ChangeStatus =
  | "applied"
  /** Its operation failed; the diagnostic says how. */
  | "failed"
  /** Not tried, because something it depends on failed, or the run was cancelled. */
  | "skipped";

/** One effect of a change, whether the change as a whole succeeded or not. */
export interface Effect {
  readonly effect: EffectKind;
  /** The place of a delivery, the file of a kept secret, or the address of a secret that was issued for this change. */
  readonly at?: string;
}

export type EffectKind =
  /** The previous resource is deleted on the manager. */
  | "deleted"
  /** A new secret was issued; the former one no longer works. */
  | "issued"
  | "delivered"
  /** The secret was delivered, but it may not survive a power failure. */
  | "unconfirmed"
  | "not-delivered"
  /** The issued secret waits, encrypted, for the next run to deliver it. */
  | "kept"
  /** A request was sent, and it is unknown whether the manager carried it out. */
  | "unknown"
  /** The change was made and the state could not record it. The next run detects it, or repeats it if it cannot. */
  | "not-recorded";

export interface ChangeOutcome {
  readonly address: string;
  readonly action: Change["action"];
  readonly status: ChangeStatus;
  /** Where an issued or replaced secret was delivered, for messages. */
  readonly delivered_to?: string | undefined;
  /** Its effects, in the order in which they happened; absent if the status says everything. */
  readonly effects?: readonly Effect[] | undefined;
}

/**
 * Whether a change was made that the state does not have.
 *
 * @example
 * const lost = outcome.changes.filter(isUnrecorded).map(({ address }) => address);
 */
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
    /** Applied changes that the state does not have. */
    readonly not_recorded: number;
    /** Requests sent that change something; retries included. */
    readonly requests: number;
    /** Requests that were carried out, or may have been because their answer was lost. */
    readonly carried_out: number;
  };
  readonly cancelled: boolean;
  /** Whether something remains to do that this plan did not contain and nobody approved. */
  readonly further_plan_due: boolean;
  readonly diagnostics: readonly Diagnostic[];
}
