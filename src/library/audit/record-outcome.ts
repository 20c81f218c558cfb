import type { Outcome } from "../../model/outcome";
import type { Plan } from "../../model/plan";
import type { RunTrail } from "./run-trail";

type Approve = (plan: Plan) => Promise<boolean>;

/** An approval that is recorded with its plan. */
export function recordApproval(trail: RunTrail | undefined, approve: Approve = async () => true): Approve {
  if (trail === undefined) return approve;
  return async (plan) => {
    const isApproved = await approve(plan);
    await trail.planned(plan, isApproved);
    return isApproved;
  };
}

/** The outcome, recorded as the end of the run. */
export async function recordOutcome(trail: RunTrail | undefined, outcome: Outcome): Promise<Outcome> {
  return trail === undefined ? outcome : trail.conclude(outcome);
}
