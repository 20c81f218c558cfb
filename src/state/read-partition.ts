import { type Diagnostic, DiagnosticError, failure } from "../model/diagnostic";
import { LOG_FILE } from "./local/names";
import { damageRemedy, type LogPlace, strangeRemedy } from "./log/damage";
import { type LoadedLog, loadLog } from "./log/load-log";
import type { Storage } from "./storage";

export interface PartitionToRead {
  readonly manager: string;
  readonly storage: Storage;
  /** Names the key that fingerprints will be compared under. */
  readonly keyId: string | undefined;
  /** Of the state that the partition must belong to. */
  readonly lineage: string | undefined;
}

export interface LoadedPartition extends LoadedLog {
  /** Whether it has something that was made under another key. */
  readonly isForeign: boolean;
}

/** Loads a partition's log; `undefined` where there is none. Rejects with a `DiagnosticError` (`state-corrupted`, `state-unreadable`). */
export async function readPartition(
  bytes: Buffer | undefined,
  { manager, storage, keyId, lineage }: PartitionToRead,
): Promise<LoadedPartition | undefined> {
  if (bytes === undefined) return undefined;
  const loaded = loadLog(bytes, logPlace(storage, manager), keyId);
  if (loaded.torn && !storage.mayTear) throw damagedEnd({ file: storage.describe(manager), manager });
  const own = loaded.header.lineage;
  if (lineage !== undefined && own !== lineage) throw ofAnotherState(own, lineage, manager, storage);
  const { header } = loaded;
  // A run that makes no fingerprint, such as an enrolment, names no key.
  const isForeign =
    keyId !== undefined && header.keyId !== "" && header.keyId !== keyId && holdsResources(loaded);
  return { ...loaded, isForeign };
}

/** Where a partition's log is. */
export function logPlace(storage: Storage, manager: string): LogPlace {
  return { file: storage.describe(manager, LOG_FILE), manager };
}

export function holdsRecords({ contents }: LoadedLog): boolean {
  for (const _ of contents.records()) return true;
  return false;
}

/** Whether it has more than notes of what is deleted: nothing else is under a key. */
export function holdsResources({ contents }: LoadedLog): boolean {
  for (const record of contents.records()) {
    const isRetired = "status" in record && record.status === "retired";
    if (record.kind !== "manager" && !isRetired) return true;
  }
  return false;
}

/** Warns of an unfinished write that was left out. */
export function reportTorn(location: string, report: (diagnostic: Diagnostic) => void): void {
  report({
    code: "state-recovered",
    severity: "warning",
    summary: `the last write of the state in ${location} was interrupted and is left out`,
    remedy: "nothing has to be done: what it recorded is observed and planned again",
  });
}

/** What stops one manager, and not the others. */
export function isDamage(error: unknown): error is DiagnosticError {
  return (
    error instanceof DiagnosticError &&
    error.diagnostics.some(({ code }) => code === "state-corrupted" || code === "state-unreadable")
  );
}

/** The same of what this tool wrote, and nothing else. */
export function isCorrupted(error: unknown): error is DiagnosticError {
  return (
    error instanceof DiagnosticError && error.diagnostics.every(({ code }) => code === "state-corrupted")
  );
}

/** Warns, once, of the managers whose fingerprints another key made. */
export function reportForeign(
  partitions: ReadonlyMap<string, Pick<LoadedPartition, "isForeign">>,
  { location }: Pick<Storage, "location">,
  report: (diagnostic: Diagnostic) => void,
): void {
  const managers = [...partitions].flatMap(([manager, { isForeign }]) => (isForeign ? [manager] : []));
  if (managers.length === 0) return;
  report({
    code: "state-key",
    severity: "warning",
    summary: `the state of ${managers.sort().join(", ")} in ${location} was written under another key, so that every value counts as unverified`,
    remedy:
      "hand in the key that it was written under; if that is lost, `jp1im apply --new-state` writes the values again",
  });
}

function damagedEnd(place: LogPlace): DiagnosticError {
  return failure({
    code: "state-corrupted",
    summary: `the end of state.log of ${place.file} is damaged: jp1im writes there the whole or nothing, so it was changed or cut by something else`,
    remedy: damageRemedy(place),
  });
}

function ofAnotherState(own: string, lineage: string, manager: string, storage: Storage) {
  return failure({
    code: "state-corrupted",
    summary: `${storage.describe(manager)} belongs to another state than the rest of ${storage.location}: its lineage is ${own}, not ${lineage}`,
    remedy: strangeRemedy(storage.location),
    address: manager,
  });
}
