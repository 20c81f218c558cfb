import { type DiagnosticError, failure } from "../model/diagnostic";
import { isBegunUnder } from "./new-lineage";
import { holdsRecords, isDamage, type LoadedPartition, readPartition } from "./read-partition";
import type { ReadPartitions } from "./read-state";
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
 * Refuses to write anew under another key what the state has of these managers already: the next run with the former key would do the
 * same. Rejects with a `DiagnosticError` (`state-key`).
 */
export async function requireOwnKey({ storage, managers, keyId }: KeyToCheck): Promise<void> {
  const foreign: string[] = [];
  for (const manager of managers)
    if (keyOf(await partOf(manager, storage), keyId) === "foreign") foreign.push(manager);
  if (foreign.length > 0) throw underAnotherKey(foreign, storage);
}

/** With what the state has of the managers. */
export interface BegunParts extends KeyToCheck, ReadPartitions {
  readonly lineage: string | undefined;
}

/**
 * A part that a run begins gets the key of the state's others, and the first one the key that the state was begun under. One part under
 * the run's key is enough, or one that the run takes over: an apply with a new key leaves those of undeclared managers under a
 * lost one. Rejects with a `DiagnosticError` (`state-key`).
 */
export async function requireKeyOfState(run: BegunParts): Promise<void> {
  const { storage, managers, loaded, damaged, lineage, keyId } = run;
  if ([...loaded.values()].some((part) => keyOf(part, keyId) !== "none")) return;
  const others = (await storage.managers()).filter((manager) => !managers.includes(manager));
  const foreign: string[] = [];
  let isFirst = loaded.size + damaged.size === 0;
  for (const manager of others) {
    const part = await partOf(manager, storage);
    const key = keyOf(part, keyId);
    if (key === "own") return;
    if (key === "foreign") foreign.push(manager);
    isFirst &&= part === undefined;
  }
  if (foreign.length > 0) throw underAnotherKey(foreign, storage);
  if (isFirst && lineage !== undefined && !isBegunUnder(lineage, keyId)) throw begunUnderAnotherKey(storage);
}

/** Whose key the part is under. One that holds no record of another key, or was written without a key, is under none. */
function keyOf(part: LoadedPartition | "damaged" | undefined, keyId: string): "own" | "foreign" | "none" {
  if (part === undefined || part === "damaged") return "none";
  if (part.header.keyId === keyId) return "own";
  return part.header.keyId !== "" && holdsRecords(part) ? "foreign" : "none";
}

/** A damaged one is reported by whoever reads its records. */
async function partOf(manager: string, storage: Storage) {
  try {
    const state = { manager, storage, keyId: undefined, lineage: undefined };
    return await readPartition(await storage.read(manager), state);
  } catch (error) {
    if (isDamage(error)) return "damaged" as const;
    throw error;
  }
}

function underAnotherKey(managers: readonly string[], { location }: Storage): DiagnosticError {
  return failure({
    code: "state-key",
    summary: `the state of ${managers.join(", ")} in ${location} was written under another key than the one of this process, or this process has none`,
    remedy:
      "set JP1IM_STATE_KEY to the key that the state was written under, for every process that writes it; if that key is lost, run `jp1im apply` once with the new one for these managers",
  });
}

/** Nothing but its lineage is there: another run is about to write the rest, or was killed before it could. */
export function begunUnderAnotherKey({ location }: Pick<Storage, "location">): DiagnosticError {
  return failure({
    code: "state-key",
    summary: `another run began the state in ${location} under another key than the one of this process; this one has written nothing`,
    remedy:
      "run the command again with that key; runs on several machines need one: export JP1IM_STATE_KEY=$(openssl rand -base64 32). If that run was killed and its key is lost, so is nothing else: remove the state, which is still empty",
  });
}
