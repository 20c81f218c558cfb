import { holdsResources } from "./read-partition";
import { readPartitions } from "./read-state";
import type { Storage } from "./storage";

export interface KeyIds {
  /** By manager. There is more than one key if a rekey was interrupted. */
  readonly byManager: ReadonlyMap<string, string>;
  /** Whether every partition is readable. A damaged one may be under any key. */
  readonly isComplete: boolean;
}

/** The IDs of the keys of all partitions of the state, also for a run that sees only some partitions. */
export async function keyIdsOf(storage: Storage): Promise<KeyIds> {
  const all = storage.whole ?? storage;
  const { loaded, damaged } = await readPartitions({ storage: all, keyId: undefined, lineage: undefined });
  const own = [...loaded].filter(([, log]) => log.header.keyId !== "" && holdsResources(log));
  const byManager = new Map(own.map(([manager, { header }]) => [manager, header.keyId]));
  return { byManager, isComplete: damaged.size === 0 };
}
