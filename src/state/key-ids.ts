import { holdsRecords } from "./read-partition";
import { readPartitions } from "./read-state";
import type { Storage } from "./storage";

/** Name the keys that the partitions are under, by manager; more than one key where a rekey was interrupted between them. */
export async function keyIdsOf(storage: Storage): Promise<ReadonlyMap<string, string>> {
  const { loaded } = await readPartitions({ storage, keyId: undefined, lineage: undefined });
  const own = [...loaded].filter(([, log]) => holdsRecords(log));
  return new Map(own.map(([manager, { header }]) => [manager, header.keyId]));
}
