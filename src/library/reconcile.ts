import { refuseFrozen } from "../engine/plan/freeze";
import { writtenManagers } from "../engine/scope";
import type { DesiredState } from "../model/desired-state";
import type { Outcome } from "../model/outcome";
import type { Plan } from "../model/plan";
import { requireOwnKey } from "../state/require-own-key";
import { applyDesired } from "./apply";
import type { InputOptions } from "./inputs/inputs";
import { type PlanOptions, type Prepared, planDesired } from "./plan";
import type { Platform } from "./platform";
import { limitedStorage } from "./state/limited-storage";
import type { LockWait } from "./state/locked";
import { statePlace } from "./state/place";

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
  /** Absent where nothing was applied: there was nothing to write, or the plan is refused. */
  readonly outcome?: Outcome;
}

/**
 * Brings one manager to a desired state that is read already. It plans without a lock, and takes the lock only where there is something
 * to write and nothing forbids it. Rejects with a `DiagnosticError` as `plan` and `apply` do.
 */
export async function reconcile(
  { manager, writes, ...rest }: ReconcileOptions,
  desired: DesiredState,
  platform: Platform,
): Promise<Reconciled> {
  const managers = [manager];
  const place = rest.place ?? (await statePlace(rest, desired, platform));
  const needed = writtenManagers({ managers, targets: [] }, desired);
  const storage = limitedStorage(place.storage, needed, desired.managers);
  const options = { ...rest, managers, place: { ...place, storage } };
  const found = await planDesired({ ...options, proveSinks: writes }, desired, platform);
  if (!writes) return { plan: found };
  const plan = { ...found, diagnostics: refuseFrozen(found.diagnostics) };
  if (platform.signal.aborted || isRefused(plan) || !hasWork(plan)) return { plan };
  // No person sees that every value is written anew, and another process may be about to do the same.
  const checkKey = (keyId: string) => requireOwnKey({ storage: place.storage, managers: needed, keyId });
  const outcome = await applyDesired({ ...options, command: "watch", checkKey }, desired, platform);
  return outcome ? { plan: outcome.plan, outcome } : { plan };
}

function isRefused({ diagnostics }: Plan): boolean {
  return diagnostics.some(({ severity }) => severity === "error");
}

/** Whether an apply would write to the manager, a sink or the state. */
function hasWork({ changes, operations, deferred }: Plan): boolean {
  return changes.length + operations.length + deferred.length > 0;
}
