import { applyRun } from "../engine/apply-run";
import { joinRounds, nextRound } from "../engine/next-round";
import { type PlannedRun, planRun } from "../engine/plan-run";
import type { ApplyContext } from "../engine/run";
import type { Outcome } from "../model/outcome";
import type { Plan } from "../model/plan";
import { readDesired, stateFolder } from "./inputs";
import { type LockWait, locked } from "./locked";
import { type PlanOptions, requestOf } from "./plan";
import type { Surroundings } from "./surroundings";

export interface ApplyOptions extends PlanOptions, LockWait {
  /** Recorded in the lock: `apply`, `destroy`. */
  readonly command?: string;
  /** Asked with each round's plan, under the lock; false leaves everything as it is. Absent: approved. */
  readonly approve?: (plan: Plan) => Promise<boolean>;
}

/**
 * Plans and applies under the state's lock. Where lower managers were added, their agents follow in a second round,
 * which is approved like the first. Resolves to `undefined` when the plan was not approved.
 * Throws a `DiagnosticError` when nothing was sent at all; from the first request on, every fault is in the outcome.
 */
export async function apply(options: ApplyOptions, around: Surroundings): Promise<Outcome | undefined> {
  const desired = await readDesired(options, around);
  const folder = await stateFolder(options, desired, around);
  return locked(
    { ...options, desired, folder, command: options.command ?? "apply" },
    around,
    async (context) => {
      const request = requestOf({ ...options, secrets: true });
      const first = await round(context, await planRun(context, request), options);
      const next = first && !first.cancelled ? nextRound(request, desired, first) : undefined;
      if (!first || !next) return first;
      const planned = await planRun(context, next);
      // Nobody is asked about nothing.
      const approval = planned.plan.operations.length > 0 ? options : {};
      const second = await round(context, planned, approval);
      return second ? joinRounds(first, second) : first;
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
