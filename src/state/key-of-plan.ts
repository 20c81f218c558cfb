import { type Diagnostic, DiagnosticError } from "../model/diagnostic";
import { replacesKey } from "./key-of-state";
import { isOtherKey, type KeyOfRun, takesKey } from "./key-rule";
import { knownIdentity, readPartitions } from "./read-state";
import type { Storage } from "./storage";

export interface PlannedKey extends Omit<KeyOfRun, "isRekey"> {
  readonly storage: Storage;
  /** Those whose parts an apply of the plan would lock. */
  readonly managers: readonly string[];
}

/** What is to be said of the key at the plan: the refusal with which its apply would stop, or that it replaces the state's key. */
export async function keyOfPlan(plan: PlannedKey): Promise<readonly Diagnostic[]> {
  const { storage, keyId, managers, isNewState = false } = plan;
  const { loaded } = await readPartitions({ storage, keyId, lineage: undefined });
  const known = await knownIdentity(await storage.identity(), loaded, storage);
  const isOwn = ([manager]: readonly [string, unknown]) => managers.includes(manager);
  const own = new Map([...loaded].filter(isOwn));
  const seen = { known, own, others: new Map([...loaded].filter((part) => !isOwn(part))) };
  try {
    takesKey(plan, seen);
  } catch (error) {
    if (error instanceof DiagnosticError) return error.diagnostics;
    throw error;
  }
  const [foreign] = [...own.values()].filter(({ isForeign }) => isForeign);
  const keys = { from: foreign?.header.keyId ?? known?.keyId, to: keyId };
  return isNewState && isOtherKey(plan, seen) ? [replacesKey(storage, keys)] : [];
}
