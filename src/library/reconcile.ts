import { asRefusals } from "../engine/plan/freeze";
import { writtenManagers } from "../engine/scope";
import type { DesiredState } from "../model/desired-state";
import type { Outcome } from "../model/outcome";
import type { Plan } from "../model/plan";
import { applyDesired } from "./apply";
import { audited } from "./audit/audited";
import { recordOutcome } from "./audit/record-outcome";
import type { InputOptions } from "./inputs/inputs";
import { type PlanOptions, type Prepared, planDesired } from "./plan";
import type { Platform } from "./platform";
import { limitedStorage } from "./state/limited-storage";
import type { LockWait } from "./state/locked";
import { statePlace } from "./state/state-place";

export interface ReconcileOptions
  extends InputOptions,
    LockWait,
    Prepared,
    Pick<PlanOptions, "parallelism" | "policies"> {
  readonly manager: string;
  /** False: only compares. */
  readonly writes: boolean;
}

export interface Reconciled {
  readonly plan: Plan;
  /** Absent if nothing was applied, because there was nothing to write or the plan is refused. */
  readonly outcome?: Outcome;
}

/**
 * Reconciles one manager with a desired state that is read already. It plans without a lock, and takes the lock only
 * if there is something to write and nothing forbids it. Rejects with a `DiagnosticError` like `plan` and `apply`.
 */
export async function reconcile(
  { manager, writes, ...rest }: ReconcileOptions,
  desired: DesiredState,
  platform: Platform,
): Promise<Reconciled> {
  const managers = [manager];
  const needed = writtenManagers({ managers, targets: [] }, desired);
  const place = rest.place ?? (await statePlace(rest, desired, platform, needed));
  const storage = limitedStorage(place.storage, needed, desired.managers);
  const options = { ...rest, managers, place: { ...place, storage } };
  const planning = () => planDesired({ ...options, proveSinks: writes }, desired, platform);
  if (!writes) return { plan: await planning() };
  const { audit, inputs } = desired;
  const recorded = { audit, inputs, managers, state: place.location };
  const planned = await planning().catch((error) => recordStop(recorded, platform, error));
  const plan = { ...planned, diagnostics: asRefusals(planned.diagnostics) };
  if (platform.signal.aborted) return { plan };
  if (isRefused(plan) || (!hasWork(plan) && isOpen(plan))) {
    await recordPlan(recorded, platform, plan);
    return { plan };
  }
  if (!hasWork(plan)) return { plan };
  // No person would see that every value is written again, and another process may be about to do the same.
  const outcome = await applyDesired({ ...options, command: "watch", mayTakeOver: false }, desired, platform);
  return outcome ? { plan: outcome.plan, outcome } : { plan };
}

interface Recorded {
  readonly audit: DesiredState["audit"];
  readonly inputs: DesiredState["inputs"];
  readonly managers: readonly string[];
  readonly state: string;
}

/** Records a cycle that could not plan like a stopped apply. Always rejects with the error. */
function recordStop(run: Recorded, platform: Platform, error: unknown) {
  if (platform.signal.aborted) throw error;
  return audited({ ...run, command: "watch" }, platform, async (): Promise<Plan> => {
    throw error;
  });
}

/** Records a cycle whose plan cannot be applied. */
function recordPlan(run: Recorded, platform: Platform, plan: Plan) {
  return audited({ ...run, command: "watch" }, platform, async (trail) => {
    await trail?.planned(plan, false);
    const { diagnostics } = await recordOutcome(trail, unapplied(plan));
    for (const diagnostic of diagnostics) platform.report({ type: "diagnostic", diagnostic });
  });
}

function unapplied(plan: Plan): Outcome {
  const summary = { applied: 0, failed: 0, skipped: 0, not_recorded: 0, requests: 0, carried_out: 0 };
  return { plan, changes: [], summary, cancelled: false, further_plan_due: false, diagnostics: [] };
}

/** Whether something is unknown or needs a person. */
function isOpen({ unknown, blocked }: Plan): boolean {
  return unknown.length + blocked.length > 0;
}

function isRefused({ diagnostics }: Plan): boolean {
  return diagnostics.some(({ severity }) => severity === "error");
}

/** Whether an apply would write to the manager, a sink or the state. */
function hasWork({ changes, operations, deferred }: Plan): boolean {
  return changes.length + operations.length + deferred.length > 0;
}
