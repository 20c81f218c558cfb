import { applyRun } from "../engine/apply-run";
import { joinRounds, nextRound } from "../engine/next-round";
import { type PlannedRun, type PlanRequest, planRun } from "../engine/plan-run";
import type { ApplyContext } from "../engine/run";
import { comparePlans } from "../engine/verify-plan";
import type { DesiredState } from "../model/desired-state";
import { DiagnosticError } from "../model/diagnostic";
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
 * Plans and applies under the state's lock. Where lower managers were added or deleted, their agents follow in a second
 * round, which is approved like the first. Resolves to `undefined` when the plan was not approved.
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
      const next = first && !first.cancelled ? nextRound(request, desired, context.state, first) : undefined;
      return first && next ? secondRound(context, next, first, options) : first;
    },
  );
}

/** What the first round did stays told, whatever becomes of the second. */
async function secondRound(
  context: ApplyContext,
  request: PlanRequest,
  first: Outcome,
  options: Pick<ApplyOptions, "approve">,
): Promise<Outcome> {
  try {
    const planned = await planRun(context, request);
    // Nobody is asked about nothing.
    const second = await round(context, planned, planned.plan.operations.length > 0 ? options : {});
    return second ? joinRounds(first, second) : first;
  } catch (error) {
    if (!(error instanceof DiagnosticError)) throw error;
    return { ...first, diagnostics: [...first.diagnostics, ...error.diagnostics] };
  }
}

async function round(
  context: ApplyContext,
  planned: PlannedRun,
  { approve }: Pick<ApplyOptions, "approve">,
): Promise<Outcome | undefined> {
  const isApproved = (await approve?.(planned.plan)) ?? true;
  return isApproved ? applyRun(context, planned) : undefined;
}

export interface ApplySavedOptions extends LockWait {
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
    return applyRun(context, {
      ...resolved,
      plan: { ...saved, diagnostics: again.plan.diagnostics },
    } satisfies PlannedRun);
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
