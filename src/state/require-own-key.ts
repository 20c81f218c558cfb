import { DiagnosticError, failure } from "../model/diagnostic";
import { holdsRecords, readPartition } from "./read-partition";
import type { Storage } from "./storage";

export interface KeyToCheck {
  /** All of the state, and not only what the run works on. */
  readonly storage: Storage;
  /** The managers that the run is about to write to. */
  readonly managers: readonly string[];
  /** Names the run's key. */
  readonly keyId: string;
}

/**
 * Refuses to write under a key that the state is not under: the run would write every value again, and so would the next run with the
 * former key. A manager that the state does not know yet gets the key of the others. Rejects with a `DiagnosticError` (`state-key`).
 */
export async function requireOwnKey({ storage, managers, keyId }: KeyToCheck): Promise<void> {
  const found = new Map<string, string | undefined>();
  for (const manager of managers) found.set(manager, await keyIdOf(manager, storage));
  const foreign = managers.filter((manager) => ![undefined, keyId].includes(found.get(manager)));
  if (foreign.length > 0) throw underAnotherKey(foreign, storage);
  if ([...found.values()].includes(undefined)) await requireKeyOfOthers({ storage, managers, keyId });
}

/** The first partition under our key is enough: an apply with a new key leaves those of undeclared managers under the lost one. */
async function requireKeyOfOthers({ storage, managers, keyId }: KeyToCheck): Promise<void> {
  const foreign: string[] = [];
  for (const manager of await storage.managers()) {
    const found = await keyIdOf(manager, storage);
    if (found === keyId) return;
    if (found !== undefined && !managers.includes(manager)) foreign.push(manager);
  }
  if (foreign.length > 0) throw underAnotherKey(foreign, storage);
}

/** `undefined` where nothing was written yet; a damaged partition is reported by whoever reads its records. */
async function keyIdOf(manager: string, storage: Storage): Promise<string | undefined> {
  try {
    const bytes = await storage.read(manager);
    const log = await readPartition(bytes, { manager, storage, keyId: undefined, lineage: undefined });
    return log && holdsRecords(log) ? log.header.keyId : undefined;
  } catch (error) {
    if (error instanceof DiagnosticError) return undefined;
    throw error;
  }
}

function underAnotherKey(managers: readonly string[], { location }: Storage): DiagnosticError {
  return failure({
    code: "state-key",
    summary: `the state of ${managers.join(", ")} in ${location} was written under another key than the one of this process, or this process has none`,
    remedy:
      "set the same JP1IM_STATE_KEY, the key that the state was written under, for every replica; if that key is lost, run `jp1im apply` once with the new one",
  });
}
