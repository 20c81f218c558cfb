import type { Diagnostic } from "../../model/diagnostic";
import type { Plan } from "../../model/plan";
import type { StateView } from "../../state/port";
import type { PlannedRun } from "../plan/make-plan";

/** What a saved plan is checked against. */
export interface Verification {
  readonly saved: Plan;
  /** The new plan, made under the lock. */
  readonly today: PlannedRun;
  /** The state, if an earlier apply of the same plan was interrupted: its changes are then no differences. */
  readonly interrupted?: StateView;
  /** The source of the value at an address, for messages. */
  readonly sourceOf: (address: string) => string | undefined;
}

export function stale(reason: string): Diagnostic {
  return {
    code: "plan-stale",
    severity: "error",
    summary: `the saved plan no longer fits: ${reason}`,
    remedy: "make a new plan, review it, and apply that",
  };
}
