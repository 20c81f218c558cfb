import { applyPlan } from "../engine/apply/apply-plan";
import { nextRound } from "../engine/apply/next-round";
import { secondRound } from "../engine/apply/second-round";
import { makePlan, type PlannedRun } from "../engine/plan/make-plan";
import type { DesiredState } from "../model/desired-state";
import type { Outcome } from "../model/outcome";
import type { Plan } from "../model/plan";
import type { OpenState } from "../state/open-state";
import type { StateView } from "../state/port";
import { recordApproval, recordOutcome } from "./audit/record-outcome";
import { readDesired } from "./inputs/inputs";
import { type PlanOptions, type Prepared, requestOf } from "./plan";
import type { Platform } from "./platform";
import { judgePlan, type Overrides } from "./policy/judge-plan";
import { parsePolicies } from "./policy/policy-program";
import { stateOfRun } from "./state/locate-state";
import { type LockedRun, type LockWait, locked } from "./state/locked";
import { unknownToState } from "./state/unknown-to-state";

export interface ApplyOptions extends PlanOptions, LockWait, Overrides {
  /** Recorded in the lock: `apply`, `destroy`. */
  readonly command?: string | undefined;
  /**
   * Called with the plan, under the lock, and again with further changes of a second round; with false they are not
   * made. If absent, everything is approved. A plan that the policy refuses has the refusals among its diagnostics,
   * and is not applied whatever the answer.
   */
  readonly approve?: ((plan: Plan) => Promise<boolean>) | undefined;
}

/**
 * Plans and applies under the state's lock. If lower managers were added or deleted, their agents follow in a second
 * round; changes that the first plan did not contain need approval, too. Resolves to `undefined` if the plan was not
 * approved. Throws a `DiagnosticError` if nothing was sent; after the first request, the outcome contains every
 * fault.
 *
 * @example
 * const approve = async ({ summary }: Plan) => summary.delete === 0;
 * const outcome = await apply({ files: ["tokyo.yaml"], approve }, createPlatform());
 */
export async function apply(options: ApplyOptions, platform: Platform): Promise<Outcome | undefined> {
  return applyDesired(options, await readDesired(options, platform), platform);
}

/** The same with a desired state that is read already. */
export async function applyDesired(
  options: ApplyOptions & Prepared & Pick<LockedRun, "mayTakeOver">,
  desired: DesiredState,
  platform: Platform,
): Promise<Outcome | undefined> {
  const policies = parsePolicies(options.policies);
  const place = options.place ?? (await stateOfRun(options, desired, platform));
  return locked(
    { ...options, desired, place, command: options.command ?? "apply" },
    platform,
    async (context) => {
      const request = requestOf({ ...options, secrets: true });
      const judge = (planned: PlannedRun, overrides: Overrides) =>
        judgePlan(planned, policies, overrides, platform);
      const unjudged = await makePlan(context, request);
      const planned = await judge(
        options.newState ? replacing(unjudged, context.state) : knownToState(unjudged, context.state),
        options,
      );
      const approve = recordApproval(context.trail, options.approve);
      if (!(await approve(planned.plan))) return undefined;
      const first = await applyPlan(context, planned);
      if (changesNothing(planned.plan)) await context.state.takeOver();
      const outcome = await secondRound(context, nextRound(request, context.state, first), first, {
        // A run that began before a freeze may end in it.
        judge: (next) => judge(next, { duringFreeze: true }),
        approve,
      });
      return recordOutcome(context.trail, outcome);
    },
  );
}

/** Whether everything in scope is as declared; otherwise the first write rekeys the state to the run's key. */
function changesNothing({ changes, unknown }: Plan): boolean {
  return changes.length + unknown.length === 0;
}

/** The plan with the diagnostics about the state's key. */
function replacing(planned: PlannedRun, { replaced }: OpenState): PlannedRun {
  if (replaced === undefined) return planned;
  const { plan } = planned;
  return { ...planned, plan: { ...plan, diagnostics: [replaced, ...plan.diagnostics] } };
}

/** The plan with refusals of managers that the state should know but does not. */
function knownToState(planned: PlannedRun, state: StateView): PlannedRun {
  const { plan } = planned;
  const diagnostics = [...plan.diagnostics, ...unknownToState(plan, state)];
  return { ...planned, plan: { ...plan, diagnostics } };
}
