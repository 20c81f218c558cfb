import { applyRun } from "../engine/apply-run";
import { joinRounds, nextRound } from "../engine/next-round";
import { type PlannedRun, planRun } from "../engine/plan-run";
import type { ApplyContext } from "../engine/run";
import { comparePlans } from "../engine/verify-plan";
import type { DesiredState } from "../model/desired-state";
import { DiagnosticError } from "../model/diagnostic";
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
 * Plans and applies under the state's lock. Where lower managers were added, their agents follow in a second round,
 * which is approved like the first. Resolves to `undefined` when the plan was not approved.
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
      const next = first && !first.cancelled ? nextRound(request, desired, first) : undefined;
      if (!first || !next) return first;
      // A run that began before a freeze ends in it.
      const planned = await judge(await planRun(context, next), { duringFreeze: true });
      // Nobody is asked about nothing.
      const approval = planned.plan.operations.length > 0 ? options : {};
      try {
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

/** The second round was refused before its first request: what the first one did stays told. */
function refusedLater(first: Outcome, error: unknown): Outcome {
  if (!(error instanceof DiagnosticError)) throw error;
  return { ...first, diagnostics: [...first.diagnostics, ...error.diagnostics] };
}

export interface ApplySavedOptions extends LockWait, Overrides, Pick<PlanOptions, "policies"> {
  /** Folder of the local state; the one that the plan was made from unless told. */
  readonly state?: string;
  readonly parallelism?: number;
}

/**
 * Applies a saved plan, which names the files it was made from. It is planned again under the lock first, and only
 * when that gives the very same changes and requests is anything sent; otherwise throws `plan-stale`.
 */
export async function applySavedPlan(
  saved: Plan,
  options: ApplySavedOptions,
  around: Surroundings,
): Promise<Outcome> {
  const policies = parsePolicies(options.policies);
  const files = saved.inputs.map(({ path }) => (path === "<stdin>" ? "-" : path));
  const desired = await readDesired({ files }, around);
  refuseStale(changedInputs(saved, desired));
  const folder = await stateFolder({ files, state: options.state ?? saved.state.folder }, desired, around);
  return locked({ ...options, desired, folder, command: "apply" }, around, async (context) => {
    const { lineage, serial } = context.state;
    if (lineage !== saved.state.lineage || serial !== saved.state.serial) {
      refuseStale([`the state is at serial ${serial}, the plan was made from serial ${saved.state.serial}`]);
    }
    const again = await planRun(context, { ...saved.options, mode: saved.mode });
    refuseStale(comparePlans(saved, again.plan));
    const resolved = saved.options.secrets
      ? again
      : await planRun(context, { ...saved.options, secrets: true, mode: saved.mode });
    const planned = { ...resolved, plan: { ...saved, diagnostics: again.plan.diagnostics } };
    return applyRun(context, await judgePlan(planned, policies, options, around));
  });
}

function changedInputs(saved: Plan, desired: DesiredState): string[] {
  const now = new Map(desired.inputs.map(({ path, sha256 }) => [path, sha256]));
  return saved.inputs
    .filter(({ path, sha256 }) => now.get(path) !== sha256)
    .map(({ path }) => `${path} has changed`);
}

function refuseStale(reasons: readonly string[]): void {
  if (reasons.length === 0) return;
  throw new DiagnosticError(
    reasons.map((reason) => ({
      code: "plan-stale",
      severity: "error",
      summary: `the saved plan no longer fits: ${reason}`,
      remedy: "make a new plan, review it, and apply that",
    })),
  );
}
