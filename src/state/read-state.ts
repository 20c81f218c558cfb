import { type Diagnostic, DiagnosticError, warningsOf } from "../model/diagnostic";
import type { Clock } from "../platform/clock";
import { reportLostList } from "./hidden-part";
import { interruptedRekey, isBeingRekeyed } from "./key-of-state";
import { type KeyOfRun, partsUnderOtherKey } from "./key-rule";
import type { OpenLogs } from "./open-logs";
import { PartitionedView } from "./partitioned-view";
import { readConsistently } from "./read-consistently";
import {
  holdsResources,
  type LoadedPartition,
  readPartition,
  reportForeign,
  reportTorn,
} from "./read-partition";
import { newIdentity, type StateIdentity } from "./state-identity";
import type { Storage } from "./storage";
import { unfinishedIn } from "./unfinished-put";

export interface ReadStateOptions {
  readonly storage: Storage;
  /** The ID of the key for comparing fingerprints. */
  readonly keyId?: string | undefined;
  /** The same as for a run that writes. */
  readonly mayTakeOver?: KeyOfRun["mayTakeOver"];
  /** Only for display: missing parts of a copy are then a warning. */
  readonly isShown?: boolean;
  /** Present if the read must be consistent although a manager may be renamed meanwhile. */
  readonly clock?: Clock;
  /** Present if the caller closes the logs when it no longer reads the state. */
  readonly logs?: OpenLogs | undefined;
  /** Receives warnings. */
  readonly report: (diagnostic: Diagnostic) => void;
}

/**
 * Reads the present state without a lock and without a write. `damaged` has the faults of damaged partitions, whose
 * content is unknown. Rejects with a `DiagnosticError` (`state-unreadable`, `state-shared`, `state-corrupted`) if no
 * partition is readable, and (`state-unfinished`) while parts of a copy are missing.
 */
export async function readState(options: ReadStateOptions): Promise<PartitionedView> {
  const state = await findState(options);
  reportKey(state, options);
  return state.view;
}

/** Warns if a rekey was interrupted, or if parts are under another key than the run's. */
export function reportKey(
  { known, loaded, isBeingRekeyed }: Omit<FoundState, "view">,
  { storage, report, mayTakeOver }: Omit<ReadStateOptions, "keyId">,
): void {
  const behind = mayTakeOver === "part" ? [] : partsUnderOtherKey(known, loaded);
  if (behind.length > 0) warningsOf(interruptedRekey(storage, behind, isBeingRekeyed)).forEach(report);
  else reportForeign(loaded, storage, report);
}

export interface FoundState {
  readonly view: PartitionedView;
  /** The identity from the note, or from the parts if the note was lost. */
  readonly known: StateIdentity | undefined;
  readonly loaded: ReadPartitions["loaded"];
  /** Whether a rekey is still running, which leaves parts under the former key for now. */
  readonly isBeingRekeyed?: boolean;
}

/** The same, before the warnings about its key. */
export async function findState(options: ReadStateOptions): Promise<FoundState> {
  const { storage, keyId, report, isShown = false, clock, logs } = options;
  const seen = await storage.identity();
  const unfinished = await unfinishedIn(seen, storage);
  if (unfinished !== undefined && !isShown) throw unfinished;
  if (unfinished !== undefined) warningsOf(unfinished).forEach(report);
  const read = () => readPartitions({ storage, keyId, lineage: undamagedLineage(seen), logs });
  const { parts, moved } = clock ? await readConsistently(read, storage, clock) : { parts: await read() };
  if (moved !== undefined) warningsOf(moved).forEach(report);
  const { loaded, damaged } = parts;
  if (loaded.size === 0) for (const error of damaged.values()) throw error;
  for (const [manager, { torn }] of loaded) {
    // While a run holds the lock, an unfinished last line is most likely its write in progress.
    if (torn && (await storage.holder(manager)) === undefined) reportTorn(storage.describe(manager), report);
  }
  await reportLostList({ seen, loaded }, storage, report);
  const view = new PartitionedView(seen, contentsOf(loaded), damaged);
  const known = await knownIdentity(seen, loaded, storage);
  const isRekeyed =
    partsUnderOtherKey(known, loaded).length > 0 && (await isBeingRekeyed(storage, loaded.keys()));
  return { view, known, loaded, isBeingRekeyed: isRekeyed };
}

export interface PartitionsToRead {
  readonly storage: Storage;
  readonly keyId: string | undefined;
  readonly lineage: string | undefined;
  /** Managers whose partitions are left out. */
  readonly except?: { has(manager: string): boolean };
  readonly logs?: OpenLogs | undefined;
}

export interface ReadPartitions {
  /** By manager. */
  readonly loaded: ReadonlyMap<string, LoadedPartition>;
  /** By manager: the fault of its partition. */
  readonly damaged: ReadonlyMap<string, DiagnosticError>;
}

/** Reads all partitions in parallel. */
export async function readPartitions(options: PartitionsToRead): Promise<ReadPartitions> {
  const { storage, except, logs } = options;
  const loaded = new Map<string, LoadedPartition>();
  const damaged = new Map<string, DiagnosticError>();
  const managers = (await storage.managers()).filter((name) => except?.has(name) !== true);
  const reads = managers.map(async (manager) => {
    try {
      const log = await (logs?.open(manager) ?? storage.read(manager));
      return await readPartition(log, { ...options, manager });
    } catch (error) {
      if (!(error instanceof DiagnosticError)) throw error;
      return error;
    }
  });
  for (const [index, part] of (await Promise.all(reads)).entries()) {
    const manager = managers[index] ?? "";
    if (part instanceof DiagnosticError) damaged.set(manager, part);
    else if (part !== undefined) loaded.set(manager, part);
  }
  return { loaded, damaged };
}

/** The same, without a recent answer of a server. */
export async function readPartitionsAgain(options: PartitionsToRead): Promise<ReadPartitions> {
  await options.storage.identity(true);
  return readPartitions(options);
}

/**
 * The identity from the note, or from all of the state's parts if the note was lost, also for a run that sees only
 * some.
 */
export async function knownIdentity(
  seen: StateIdentity | undefined,
  loaded: ReadPartitions["loaded"],
  { whole }: Storage,
): Promise<StateIdentity | undefined> {
  if (seen?.keyId !== undefined) return seen;
  const own = identityIn(loaded);
  const all = own?.keyId === undefined && whole !== undefined;
  const inParts = all
    ? identityIn((await readPartitions({ storage: whole, keyId: undefined, lineage: undefined })).loaded)
    : own;
  return inParts ? { ...inParts, ...seen } : seen;
}

/** A damaged note may also have a damaged lineage. */
export function undamagedLineage(seen: StateIdentity | undefined): string | undefined {
  return seen?.put?.damaged === undefined ? seen?.lineage : undefined;
}

/** The identity from the parts. */
export function identityIn(loaded: ReadPartitions["loaded"]): StateIdentity | undefined {
  const [first] = loaded.values();
  if (first === undefined) return undefined;
  const keyed = [...loaded.values()].find((part) => part.header.keyId !== "" && holdsResources(part));
  return newIdentity(first.header.lineage, keyed?.header.keyId);
}

export function contentsOf(loaded: ReadPartitions["loaded"]) {
  return new Map([...loaded].map(([manager, { contents }]) => [manager, contents]));
}
