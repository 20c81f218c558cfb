import { applyRun } from "../engine/apply-run";
import { joinRounds, nextRound, refusedLater } from "../engine/next-round";
import { type PlannedRun, planRun } from "../engine/plan-run";
import type { ApplyContext } from "../engine/run";
import type { Outcome } from "../model/outcome";
import type { Plan } from "../model/plan";
import { readDesired, stateFolder } from "./inputs";
import { judgePlan, type Overrides } from "./judge-plan";
import { type LockWait, locked } from "./locked";
import { type PlanOptions, requestOf } from "./plan";
import { parsePolicies } from "./policy-program";
import type { Surroundings } from "./surroundings";

export interface ApplyOptions extends PlanOptions, LockWait, Overrides {
  /** Recorded in the lock: `apply`, `destroy`. */
  readonly command?: string;
  /**
   * Asked with each round's plan, under the lock; false leaves everything as it is. Absent: approved. A plan that the
   * policy refuses has the refusals among its diagnostics, and is not applied whatever the answer.
   */
  readonly approve?: (plan: Plan) => Promise<boolean>;
}

/**
 * Plans and applies under the state's lock. Where lower managers were added or deleted, their agents follow in a second
 * round, which is approved like the first. Resolves to `undefined` when the plan was not approved.
 * Throws a `DiagnosticError` when nothing was sent at all; from the first request on, every fault is in the outcome.
 */
export async function apply(options: ApplyOptions, around: Surroundings): Promise<Outcome | undefined> {
  const policies = parsePolicies(options.policies);
  const desired = await readDesired(options, around);
  const folder = await stateFolder(options, desired, around);
  return locked(
    { ...options, desired, folder, command: options.command ?? "apply" },
    around,
    async (context) => {
      const request = requestOf({ ...options, secrets: true });
      const judge = (planned: PlannedRun, overrides: Overrides) =>
        judgePlan(planned, policies, overrides, around);
      const first = await round(context, await judge(await planRun(context, request), options), options);
      const next = first && !first.cancelled ? nextRound(request, desired, context.state, first) : undefined;
      if (!first || !next) return first;
      try {
        // A run that began before a freeze ends in it.
        const planned = await judge(await planRun(context, next), { duringFreeze: true });
        // Nobody is asked about nothing.
        const approval = planned.plan.operations.length > 0 ? options : {};
        const second = await round(context, planned, approval);
        return second ? joinRounds(first, second) : first;
      } catch (error) {
        return refusedLater(first, error);
      }
    },
  );
}

async function round(
  context: ApplyContext,
  planned: PlannedRun,
  { approve }: Pick<ApplyOptions, "approve">,
): Promise<Outcome | undefined> {
  const isApproved = (await approve?.(planned.plan)) ?? true;
  return isApproved ? applyRun(context, planned) : undefined;
}
