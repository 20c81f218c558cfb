import { managerOf } from "../../model/address";
import { requireNotCancelled } from "../../model/cancelled";
import type { Change } from "../../model/change";
import { type Diagnostic, DiagnosticError } from "../../model/diagnostic";
import type { Outcome } from "../../model/outcome";
import type { Plan } from "../../model/plan";
import { formatTime } from "../../platform/clock";
import type { SavedPlanRecord } from "../../state/port";
import { applyPlan, refuse } from "../apply/apply-plan";
import { deferredRound } from "../apply/next-round";
import { secondRound } from "../apply/second-round";
import type { ApplyContext } from "../context";
import { makePlan, type PlannedRun, type PlanRequest } from "../plan/make-plan";
import { checkPlan } from "./check-plan";
import { remainingPlan, remainingRotations } from "./remaining-plan";
import { requireState } from "./require-state";

/** Addresses that a hint names, at most. */
const NAMED = 5;

export interface SavedPlan {
  readonly plan: Plan;
  /** The checksum of its file, by which the state identifies it. */
  readonly id: string;
  /** Adds refusals to the plan's diagnostics. */
  readonly judge?: (planned: PlannedRun) => Promise<PlannedRun>;
}

/**
 * Applies a saved plan, or the rest of one whose apply was interrupted. First it plans again, under the lock; if the
 * result differs, it throws a `DiagnosticError` (`plan-stale`) before it sends anything. It makes only changes of the
 * plan, in a second round if they wait for a lower manager; the outcome mentions other pending changes. `judge` adds
 * refusals.
 */
export async function checkAndApply(
  context: ApplyContext,
  { plan: saved, id, judge = async (planned) => planned }: SavedPlan,
): Promise<Outcome> {
  const { state } = context;
  const begun = requireState(context, saved, id);
  const rotate = begun ? remainingRotations(saved, state) : (saved.options.rotate ?? []);
  // Its targets were checked when it was created, and may be done by now.
  const request = { ...saved.options, rotate, mode: saved.mode, followsUp: true };
  const today = await makePlan(context, request);
  // The plan of a cancelled run is incomplete and would differ.
  requireNotCancelled(context.signal);
  const interrupted = begun && { interrupted: state };
  const diagnostics = checkPlan({ saved, today, sourceOf: sources(context, today), ...interrupted });
  if (diagnostics.length > 0) throw new DiagnosticError(diagnostics);
  const valued = saved.options.secrets ? today : await resolveNow(context, request);
  const left = begun ? remainingPlan(saved, today.plan) : saved;
  if (begun) context.report({ type: "diagnostic", diagnostic: resumed(begun, left, saved) });
  const hints = outsidePlan(saved, [
    ...today.plan.changes,
    ...(valued === today ? [] : rotated(valued.plan)),
  ]);
  const plan = { ...left, diagnostics: today.plan.diagnostics };
  const planned = await judge({ ...today, units: valued.units, values: valued.values, plan });
  // A refused plan must not be recorded as started.
  refuse(planned.plan);
  const outcome = await withPlanRecord(context, { saved, id, begun }, async () => {
    const first = await applyPlan(context, planned);
    const next = deferredRound({ ...request, secrets: true }, state, first);
    return secondRound(context, next, first, { judge, approve: async () => false });
  });
  hints.push(...selectorsOutsidePlan(outcome));
  for (const diagnostic of hints) context.report({ type: "diagnostic", diagnostic });
  return {
    ...outcome,
    further_plan_due: outcome.further_plan_due || hints.length > 0,
    diagnostics: [...outcome.diagnostics, ...hints],
  };
}

/** Resolves the values of a plan that was created without them; the managers were already observed. */
function resolveNow(context: ApplyContext, request: PlanRequest): Promise<PlannedRun> {
  return makePlan(context, { ...request, secrets: true, refresh: false });
}

/** Records durably before `work` that the plan is being applied, and after it that it was applied. */
async function withPlanRecord(
  { state, clock }: ApplyContext,
  { saved, id, begun }: SavedPlanRun,
  work: () => Promise<Outcome>,
): Promise<Outcome> {
  // An empty plan is not recorded.
  if (!begun && saved.changes.length + saved.operations.length === 0) return work();
  const now = () => formatTime(clock.now());
  const note = (status: SavedPlanRecord["status"], at: string) => {
    for (const [manager, from] of Object.entries(saved.state.serials))
      state.notePlan(manager, { id, status, from, at });
  };
  note("applying", begun?.at ?? now());
  await state.flush();
  const outcome = await work();
  if (!isComplete(outcome, saved)) return outcome;
  try {
    note("applied", now());
    await state.flush();
    return outcome;
  } catch (error) {
    if (!(error instanceof DiagnosticError)) throw error;
    return { ...outcome, diagnostics: [...outcome.diagnostics, ...error.diagnostics] };
  }
}

interface SavedPlanRun {
  readonly saved: Plan;
  readonly id: string;
  readonly begun: SavedPlanRecord | undefined;
}

function isComplete({ summary, cancelled, plan }: Outcome, saved: Plan): boolean {
  const isDone = summary.failed + summary.skipped + plan.deferred.length === 0;
  return !cancelled && isDone && plan.unknown.length === saved.unknown.length;
}

function sources(context: ApplyContext, { units, agents }: PlannedRun) {
  return (address: string): string | undefined => {
    const reference = units.get(managerOf(address))?.sourceOf(address, agents);
    return reference && context.secrets.describe?.(reference);
  };
}

function resumed({ at }: SavedPlanRecord, left: Plan, saved: Plan): Diagnostic {
  return {
    code: "plan-resumed",
    severity: "warning",
    summary: `an apply of this plan was begun at ${at} and not finished: ${left.changes.length + left.deferred.length} of its ${saved.changes.length + saved.deferred.length} changes are left`,
  };
}

/** Values that differ from the last write, which a plan without secrets could not show. */
function rotated({ changes }: Plan): readonly Change[] {
  return changes.filter(({ reason }) => reason === "changed");
}

function outsidePlan(saved: Plan, changes: readonly Change[]): Diagnostic[] {
  const planned = new Set([...saved.changes, ...saved.deferred].map(({ address }) => address));
  const others = [...new Set(changes.map(({ address }) => address).filter((each) => !planned.has(each)))];
  return others.length === 0 ? [] : [notCovered(namesOf(others.sort()))];
}

/**
 * A hint about agents below an added lower manager that selectors match: they are visible only now, and nobody has
 * reviewed them.
 */
function selectorsOutsidePlan({ plan, changes }: Outcome): Diagnostic[] {
  const undone = new Set(changes.flatMap(({ address, status }) => (status === "applied" ? [] : [address])));
  const due = plan.open_selectors.filter(({ after }) => after !== undefined && !undone.has(after));
  const places = [...new Set(due.map(({ address }) => address))];
  return places.length === 0 ? [] : [notCovered(`what selectors match at ${namesOf(places)}`)];
}

/** The first few of many. */
function namesOf(names: readonly string[]): string {
  const more = names.length > NAMED ? ` and ${names.length - NAMED} more` : "";
  return `${names.slice(0, NAMED).join(", ")}${more}`;
}

function notCovered(what: string): Diagnostic {
  return {
    code: "beyond-plan",
    severity: "warning",
    summary: `the saved plan does not cover ${what}`,
    remedy: "plan again, review it, and apply that",
  };
}
