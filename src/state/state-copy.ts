/** All of a state as one value: what `state pull` writes, and what `state push` and `state migrate` put in a place. */
import { isManagerName } from "../model/address";
import { type Diagnostic, DiagnosticError, failure } from "../model/diagnostic";
import { suggest } from "../model/shell-command";
import type { PutPartition } from "../model/state-listing";
import type { PartitionCopy, StateCopy } from "./copied-state";
import { anotherState, isPut, keyAfter, type Place, refuseConflicts, type SoundCopy } from "./copy-conflicts";
import type { CopyOrigin } from "./copy-remedies";
import { partsGoneOn, reportGoneOn, without } from "./gone-on";
import { holdAll, type LocksToTake, releaseAll } from "./hold-all";
import type { LogPlace } from "./log/damage";
import { type LoadedLog, loadLog } from "./log/load-log";
import { holdsRecords, holdsResources, logPlace } from "./read-partition";
import { readPartitionsAnew } from "./read-state";
import { isSameIdentity, type StateIdentity } from "./state-identity";
import type { HeldPartition, KeptFiles, Storage } from "./storage";

/**
 * A state as it is now. Rejects with a `DiagnosticError` (`state-corrupted`, `state-unreadable`) where a part of it is damaged:
 * half a state is no copy.
 */
export async function copyState(storage: Storage): Promise<StateCopy | undefined> {
  const managers = new Map<string, PartitionCopy>();
  const lineages = new Set<string>();
  const damage: Diagnostic[] = [];
  for (const manager of await storage.managers()) {
    try {
      // Before the log: a secret that was delivered in between is kept in vain, while one that is missing would be lost.
      const kept = await copyKept(storage, manager);
      const bytes = await storage.read(manager);
      if (bytes === undefined) continue;
      const loaded = loadLog(bytes, logPlace(storage, manager), undefined);
      const { contents, header, length } = loaded;
      if (isHollow(manager, loaded, kept)) continue;
      if (!isManagerName(manager)) throw misnamed(manager, storage.location);
      managers.set(manager, { serial: contents.serial, log: bytes.subarray(0, length), kept });
      lineages.add(header.lineage);
    } catch (error) {
      if (!(error instanceof DiagnosticError)) throw error;
      damage.push(...error.diagnostics);
    }
  }
  if (damage.length > 0) throw new DiagnosticError(damage);
  const [lineage] = lineages;
  return lineage === undefined ? undefined : { lineage, managers };
}

export interface PutOptions extends Omit<LocksToTake, "managers"> {
  /** Also over a part with a newer serial, or one that is damaged, and in the place of the state's key. */
  readonly force?: boolean;
  /** For the commands that a refusal suggests. */
  readonly origin?: CopyOrigin;
}

/**
 * Puts a copy in a place, part by part, under the locks of all its parts. Nothing is written, and a `DiagnosticError`
 * (`state-conflict`, `state-key`, `state-corrupted`, `state-locked`) says why, where the place holds another state, another key, or
 * anything newer. What a crash leaves undone, the same call does.
 */
export async function putState(given: StateCopy, options: PutOptions): Promise<readonly PutPartition[]> {
  const { storage, origin = { file: "BACKUP" } } = options;
  const whole = soundCopy(given);
  const held = await holdAll({ ...options, managers: whole.managers.keys() });
  try {
    // Under the locks: another run may have made a state there while they were waited for.
    const seen = await storage.identity();
    const places = new Map<string, Place>();
    for (const [manager, partition] of held) {
      places.set(manager, await placeOf(partition, logPlace(storage, manager)));
    }
    const others = await readPartitionsAnew({ storage, keyId: undefined, lineage: undefined, except: held });
    const goneOn = "from" in origin ? partsGoneOn(whole, places) : new Map<string, LoadedLog>();
    const copy = goneOn.size === 0 ? whole : soundCopy(without(goneOn, given));
    const put = {
      ...{ ...options, origin, copy, seen, places },
      others: new Map([...others.loaded, ...goneOn]),
    };
    refuseConflicts(put);
    reportGoneOn(whole, goneOn, options);
    const next = { lineage: copy.lineage, ...keyAfter(put) };
    const written: PutPartition[] = [];
    for (const [manager, part] of whole.managers) {
      const now = goneOn.get(manager);
      const to = { held: held.get(manager), place: places.get(manager), storage, seen, next };
      written.push({
        ...{ manager, serial: now?.contents.serial ?? part.serial },
        written: now === undefined && (await putPart(part, manager, to)),
      });
    }
    return written;
  } finally {
    await releaseAll(held.values());
  }
}

/** What a copy would take the place of. */
async function placeOf(partition: HeldPartition, location: LogPlace): Promise<Place> {
  const bytes = await partition.read();
  const nothing = { isTaken: bytes !== undefined, loaded: undefined, length: 0, torn: false, damage: [] };
  if (bytes === undefined) return nothing;
  try {
    const loaded = loadLog(bytes, location, undefined);
    return { ...nothing, loaded, length: loaded.length, torn: loaded.torn };
  } catch (error) {
    if (error instanceof DiagnosticError) return { ...nothing, damage: error.diagnostics };
    throw error;
  }
}

interface PutPart {
  readonly held: HeldPartition | undefined;
  readonly place: Place | undefined;
  readonly storage: Storage;
  /** The note of the place's identity, and what it is to be. */
  readonly seen: StateIdentity | undefined;
  readonly next: StateIdentity;
}

/** Whether anything was to be written. The log comes last: what refers to a kept secret needs it. */
async function putPart(part: PartitionCopy, manager: string, to: PutPart): Promise<boolean> {
  const { held, place, storage, seen, next } = to;
  if (held === undefined || place === undefined) return false;
  const isThere = isPut(part, place);
  if (!isThere) {
    // What is put there decides which key the state is under.
    const settled = await held.settle(seen, next);
    if (!isSameIdentity(settled, next)) throw anotherState(next.lineage, settled.lineage, storage);
  }
  const keptAnew = await putKept(part.kept, storage.kept(manager));
  if (isThere) return keptAnew;
  const log = held.log(place.length, place.torn);
  try {
    await log.install(await log.draft([part.log]));
  } finally {
    await log.close();
  }
  return true;
}

/** Whether any was missing. Those that the copy does not have stay. */
async function putKept(copies: ReadonlyMap<string, string>, files: KeptFiles): Promise<boolean> {
  let isAny = false;
  for (const [name, text] of copies) {
    if ((await files.read(name)) === text) continue;
    await files.write(name, text);
    isAny = true;
  }
  return isAny;
}

/**
 * A copy may come from anywhere, and its names become paths. Throws a `DiagnosticError` (`copy-unreadable`) for what no version of
 * this tool wrote.
 */
function soundCopy({ lineage, managers }: StateCopy): SoundCopy {
  if (!/^[0-9a-f]{32}$/.test(lineage)) throw unsound("it has no lineage");
  const sound = new Map<string, PartitionCopy>();
  const keyIds = new Set<string>();
  for (const [manager, part] of managers) {
    const log = soundLog(manager, part, lineage);
    if (log === undefined) continue;
    sound.set(manager, part);
    if (holdsResources(log) && log.header.keyId !== "") keyIds.add(log.header.keyId);
  }
  return { lineage, managers: sound, keyIds };
}

/** `undefined` for a part that is to be left out. */
function soundLog(
  manager: string,
  { serial, log, kept }: PartitionCopy,
  lineage: string,
): LoadedLog | undefined {
  const name = JSON.stringify(manager);
  const loaded = loadLog(log, { file: `the copy's ${manager}` }, undefined);
  if (isHollow(manager, loaded, kept)) return undefined;
  if (!isManagerName(manager)) throw unsound(`${name} is no name of a manager`);
  for (const file of kept.keys())
    if (!/^[A-Za-z0-9][A-Za-z0-9_-]{0,127}$/.test(file))
      throw unsound(`${name} has a kept secret with the name ${JSON.stringify(file)}`);
  const { header, contents } = loaded;
  if (header.lineage !== lineage) throw unsound(`the part of ${name} belongs to another state`);
  if (contents.serial !== serial) throw unsound(`the part of ${name} is not at the serial that it claims`);
  return loaded;
}

/** Holds nothing, under a name that no manager can have: an earlier version moved a part there, and away again. */
function isHollow(manager: string, log: LoadedLog, kept: PartitionCopy["kept"]): boolean {
  return !isManagerName(manager) && kept.size === 0 && !holdsRecords(log);
}

function misnamed(manager: string, location: string): DiagnosticError {
  return failure({
    code: "copy-unreadable",
    summary: `the state in ${location} has a part with the name ${JSON.stringify(manager)}, which no manager can have, so that a copy of it could not be put anywhere`,
    remedy: `give it the manager's name, then try again: ${suggest("state", "mv", manager, "NAME")}`,
    address: manager,
  });
}

function unsound(why: string): DiagnosticError {
  return failure({
    code: "copy-unreadable",
    summary: `the copy cannot be put anywhere: ${why}`,
    remedy: "make a new one with `jp1im state pull`",
  });
}

async function copyKept(storage: Storage, manager: string): Promise<ReadonlyMap<string, string>> {
  const files = storage.kept(manager);
  const copies = new Map<string, string>();
  for (const name of [...(await files.list())].sort()) {
    const text = await files.read(name);
    if (text !== undefined) copies.set(name, text);
  }
  return copies;
}
