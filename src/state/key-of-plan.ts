import { type Diagnostic, DiagnosticError, warningsOf } from "../model/diagnostic";
import { keyIsReplaced } from "./key-of-state";
import { isOtherKey, type KeyOfRun, takesKey } from "./key-rule";
import type { PartitionedView } from "./partitioned-view";
import { type FoundState, findState, type ReadStateOptions, reportKey } from "./read-state";

export interface PlannedKey extends Omit<KeyOfRun, "storage" | "isRekey">, Omit<ReadStateOptions, "keyId"> {
  /** The managers whose parts an apply of the plan would lock. */
  readonly managers: readonly string[];
  /** Whether the plan will be saved. A fault that would stop its apply is then an error. */
  readonly isSaved?: boolean;
}

export interface StateOfPlan {
  readonly state: PartitionedView;
  /** Why an apply of the plan would stop, or a warning that it replaces the state's key. */
  readonly keyed: readonly Diagnostic[];
}

/** Reads the state for a plan, as `readState` does, and reports the same faults of the key as an apply. */
export async function readStateOfPlan(plan: PlannedKey): Promise<StateOfPlan> {
  const state = await findState(plan);
  const keyed = keyOfPlan(plan, state);
  if (keyed.length === 0) reportKey(state, plan);
  return { state: state.view, keyed };
}

function keyOfPlan(plan: PlannedKey, { known, loaded, isBeingRekeyed }: FoundState): readonly Diagnostic[] {
  const { storage, keyId, managers, isNewState = false, isSaved = false } = plan;
  const isOwn = ([manager]: readonly [string, unknown]) => managers.includes(manager);
  const own = new Map([...loaded].filter(isOwn));
  const others = new Map([...loaded].filter((part) => !isOwn(part)));
  const seen = { known, own, others, isBeingRekeyed };
  try {
    takesKey(plan, seen);
  } catch (error) {
    if (!(error instanceof DiagnosticError)) throw error;
    return isSaved ? error.diagnostics : warningsOf(error);
  }
  const [foreign] = [...own.values()].filter(({ isForeign }) => isForeign);
  const keys = { from: foreign?.header.keyId ?? known?.keyId, to: keyId };
  return isNewState && isOtherKey(plan, seen) ? [keyIsReplaced(storage, keys)] : [];
}
