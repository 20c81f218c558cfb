import { type Diagnostic, DiagnosticError, failure } from "../model/diagnostic";
import { LOG_FILE } from "./local/names";
import { damageRemedy, type LogPlace, strangeRemedy } from "./log/damage";
import { type LoadedLog, loadLog } from "./log/load-log";
import type { OpenLog } from "./log/open-log";
import type { Storage } from "./storage";

export interface PartitionToRead {
  readonly manager: string;
  readonly storage: Storage;
  /** The ID of the key for comparing fingerprints. */
  readonly keyId: string | undefined;
  /** The lineage that the partition must have. */
  readonly lineage: string | undefined;
}

export interface LoadedPartition extends LoadedLog {
  /** Whether it contains data under another key. */
  readonly isForeign: boolean;
}

/**
 * Loads a partition's log; `undefined` if there is none. Rejects with a `DiagnosticError` (`state-corrupted`,
 * `state-unreadable`).
 */
export async function readPartition(
  log: Buffer | OpenLog | undefined,
  { manager, storage, keyId, lineage }: PartitionToRead,
): Promise<LoadedPartition | undefined> {
  if (log === undefined) return undefined;
  const loaded = loadLog(log, logPlace(storage, manager), keyId);
  if (loaded.torn && !storage.mayTear) throw damagedEnd({ file: storage.describe(manager), manager });
  const own = loaded.header.lineage;
  if (lineage !== undefined && own !== lineage) throw partOfAnotherState(own, lineage, manager, storage);
  requireOwnRecords(loaded, manager, storage);
  const { header } = loaded;
  // A run without fingerprints, such as an enrolment, has no key ID.
  const isForeign =
    keyId !== undefined && header.keyId !== "" && header.keyId !== keyId && holdsResources(loaded);
  return { ...loaded, isForeign };
}

/** Throws a `DiagnosticError` (`state-corrupted`) if it holds another manager's records, as a copy of a part does. */
export function requireOwnRecords({ contents }: LoadedLog, manager: string, storage: Storage): void {
  for (const record of contents.records())
    if (record.manager !== manager) throw partOfAnotherManager(record.manager, manager, storage);
}

/** The location of a partition's log, for messages. */
export function logPlace(storage: Storage, manager: string): LogPlace {
  return { file: storage.describe(manager, LOG_FILE), manager };
}

export function holdsRecords({ contents }: LoadedLog): boolean {
  for (const _ of contents.records()) return true;
  return false;
}

/** Whether it has records other than retired ones, which do not depend on a key. */
export function holdsResources({ contents }: LoadedLog): boolean {
  for (const record of contents.records()) {
    const isRetired = "status" in record && record.status === "retired";
    if (record.kind !== "manager" && !isRetired) return true;
  }
  return false;
}

/** Warns about an unfinished write that was left out. */
export function reportTorn(location: string, report: (diagnostic: Diagnostic) => void): void {
  report({
    code: "state-recovered",
    severity: "warning",
    summary: `the last write of the state in ${location} was interrupted and is left out`,
    remedy: "nothing has to be done: what it recorded is observed and planned again",
  });
}

/** Codes that stop one manager, but not the others. */
export function isDamage(error: unknown): error is DiagnosticError {
  return (
    error instanceof DiagnosticError &&
    error.diagnostics.some(({ code }) => code === "state-corrupted" || code === "state-unreadable")
  );
}

/** The same, but only for documents that this tool wrote. */
export function isCorrupted(error: unknown): error is DiagnosticError {
  return (
    error instanceof DiagnosticError && error.diagnostics.every(({ code }) => code === "state-corrupted")
  );
}

/** Warns once about the managers whose fingerprints are under another key. */
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
      "provide the key that it was written under; if that is lost, `jp1im apply --new-state` writes the values again",
  });
}

function damagedEnd(place: LogPlace): DiagnosticError {
  return failure({
    code: "state-corrupted",
    summary: `the end of state.log of ${place.file} is damaged: jp1im writes there the whole or nothing, so it was changed or cut by something else`,
    remedy: damageRemedy(place),
  });
}

/** Somebody copied or renamed the part: what it says of that manager is not what that manager's own part says. */
function partOfAnotherManager(own: string, manager: string, storage: Storage): DiagnosticError {
  return failure({
    code: "state-corrupted",
    summary: `${storage.describe(manager)} holds the state of ${own}, not of ${manager}`,
    remedy: `move it out of ${storage.location}; if it is the only part of ${own}, give it that name again`,
    address: manager,
  });
}

export function partOfAnotherState(own: string, lineage: string, manager: string, storage: Storage) {
  return failure({
    code: "state-corrupted",
    summary: `${storage.describe(manager)} belongs to another state than the rest of ${storage.location}: its lineage is ${own}, not ${lineage}`,
    remedy: strangeRemedy(storage.location),
    address: manager,
  });
}
