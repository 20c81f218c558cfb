import { holdsResources } from "./read-partition";
import { readPartitions } from "./read-state";
import type { Storage } from "./storage";

export interface KeyIds {
  /** By manager; more than one key where a rekey was interrupted between them. */
  readonly byManager: ReadonlyMap<string, string>;
  /** Whether every partition could be read: a damaged one may be under any key. */
  readonly isComplete: boolean;
}

/** Name the keys that the partitions are under: all of the state's, also for a run that sees only some. */
export async function keyIdsOf(storage: Storage): Promise<KeyIds> {
  const all = storage.whole ?? storage;
  const { loaded, damaged } = await readPartitions({ storage: all, keyId: undefined, lineage: undefined });
  const own = [...loaded].filter(([, log]) => log.header.keyId !== "" && holdsResources(log));
  const byManager = new Map(own.map(([manager, { header }]) => [manager, header.keyId]));
  return { byManager, isComplete: damaged.size === 0 };
}
