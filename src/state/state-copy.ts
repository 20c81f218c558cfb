/** All of a state as one value: what `state pull` writes, and what `state push` and `state migrate` put in a place. */
import { isManagerName } from "../model/address";
import { type Diagnostic, DiagnosticError, failure } from "../model/diagnostic";
import { suggest } from "../model/shell-command";
import type { PutPartition } from "../model/state-listing";
import { holdAll, type LocksToTake, releaseAll } from "./hold-all";
import { compactedLines } from "./log/compacted-lines";
import { type LoadedLog, loadLog } from "./log/load-log";
import { holdsRecords, logPlace } from "./read-partition";
import type { StateIdentity } from "./state-identity";
import type { HeldPartition, KeptFiles, Storage } from "./storage";

export interface StateCopy {
  readonly lineage: string;
  /** By manager. */
  readonly managers: ReadonlyMap<string, PartitionCopy>;
}

export interface PartitionCopy {
  readonly serial: number;
  /** The whole lines of its log. */
  readonly log: Buffer;
  /** Issued secrets that wait for their delivery, by name; sealed. */
  readonly kept: ReadonlyMap<string, string>;
}

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

interface SoundCopy {
  readonly managers: StateCopy["managers"];
  /** That of a state which has nothing but the copy. */
  readonly identity: StateIdentity;
}

export interface PutOptions extends Omit<LocksToTake, "managers"> {
  /** Also over a part with a newer serial, or one that is damaged. */
  readonly force?: boolean;
}

/**
 * Puts a copy in a place, part by part, under the locks of all its parts. Nothing is written, and a `DiagnosticError`
 * (`state-conflict`, `state-corrupted`, `state-locked`) says why, where the place holds another state, or anything newer. What a
 * crash leaves undone, the same call does.
 */
export async function putState(given: StateCopy, options: PutOptions): Promise<readonly PutPartition[]> {
  const { storage, force = false } = options;
  const copy = soundCopy(given);
  const held = await holdAll({ ...options, managers: copy.managers.keys() });
  try {
    // Under the locks: another run may have made a state there while they were waited for.
    const there = new Set([(await storage.identity())?.lineage]);
    const places = new Map<string, Place>();
    for (const [manager, partition] of held) {
      const place = await placeOf(partition, logPlace(storage, manager), force);
      places.set(manager, place);
      there.add(place.loaded?.header.lineage);
    }
    for (const lineage of there)
      if (lineage !== undefined && lineage !== copy.identity.lineage)
        throw anotherState(copy.identity.lineage, lineage, storage);
    const faults = [...copy.managers].flatMap(([manager, part]) =>
      force ? [] : conflictOf(manager, part, places.get(manager), storage),
    );
    if (faults.length > 0) throw new DiagnosticError(faults);
    const put: PutPartition[] = [];
    for (const [manager, part] of copy.managers) {
      const written = await putPart(copy, manager, { held, places, storage });
      put.push({ manager, serial: part.serial, written });
    }
    return put;
  } finally {
    await releaseAll(held.values());
  }
}

interface Place {
  /** `undefined` where nothing is there, or what is there is damaged. */
  readonly loaded: LoadedLog | undefined;
  readonly length: number;
  readonly torn: boolean;
}

/** What a copy would take the place of. */
async function placeOf(partition: HeldPartition, location: string, force: boolean): Promise<Place> {
  const bytes = await partition.read();
  const nothing = { loaded: undefined, length: 0, torn: false };
  if (bytes === undefined) return nothing;
  try {
    const loaded = loadLog(bytes, location, undefined);
    return { loaded, length: loaded.length, torn: loaded.torn };
  } catch (error) {
    if (force && error instanceof DiagnosticError) return nothing;
    throw error;
  }
}

function conflictOf(
  manager: string,
  part: PartitionCopy,
  place: Place | undefined,
  storage: Storage,
): Diagnostic[] {
  const now = place?.loaded?.contents.serial ?? 0;
  if (place?.loaded === undefined || now < part.serial || isSame(part, place.loaded)) return [];
  const there = `${storage.describe(manager)} is at serial ${now}`;
  return [
    {
      code: "state-conflict",
      severity: "error",
      summary:
        now > part.serial
          ? `${there}, and the copy at ${part.serial}: what was written since would be lost`
          : `${there}, as the copy is, and holds something else`,
      remedy: "keep what is there; or, where the copy is certainly the better one, add --force",
      address: manager,
    },
  ];
}

/** Whether anything was to be written. The log comes last: what refers to a kept secret needs it. */
async function putPart(
  { identity, managers }: SoundCopy,
  manager: string,
  to: {
    readonly held: ReadonlyMap<string, HeldPartition>;
    readonly places: ReadonlyMap<string, Place>;
    readonly storage: Storage;
  },
): Promise<boolean> {
  const [part, held, place] = [managers.get(manager), to.held.get(manager), to.places.get(manager)];
  if (part === undefined || held === undefined || place === undefined) return false;
  const isThere = place.loaded !== undefined && isSame(part, place.loaded);
  if (!isThere) {
    // What is put there decides which key the state is under.
    const { lineage } = await held.settle(await to.storage.identity(), identity);
    if (lineage !== identity.lineage) throw anotherState(identity.lineage, lineage, to.storage);
  }
  const keptAnew = await putKept(part.kept, to.storage.kept(manager));
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
  let keyId: string | undefined;
  for (const [manager, part] of managers) {
    const log = soundLog(manager, part, lineage);
    if (log === undefined) continue;
    sound.set(manager, part);
    if (holdsRecords(log)) keyId ??= log.header.keyId || undefined;
  }
  return { managers: sound, identity: { lineage, ...(keyId !== undefined && { keyId }) } };
}

/** `undefined` for a part that is to be left out. */
function soundLog(
  manager: string,
  { serial, log, kept }: PartitionCopy,
  lineage: string,
): LoadedLog | undefined {
  const name = JSON.stringify(manager);
  const loaded = loadLog(log, `the copy's ${manager}`, undefined);
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

/** Whether both say the same, whatever of it was replaced on the way there. */
function isSame({ serial, log }: PartitionCopy, there: LoadedLog): boolean {
  if (serial !== there.contents.serial) return false;
  return compacted(loadLog(log, "the copy", undefined)).equals(compacted(there));
}

function compacted({ header, contents }: LoadedLog): Buffer {
  const whole = { records: contents.snapshot(), plans: contents.plans() };
  return Buffer.concat([...compactedLines({ ...header, serial: contents.serial }, whole, () => {})]);
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

function anotherState(own: string, there: string, storage: Storage): DiagnosticError {
  return failure({
    code: "state-conflict",
    summary: `${storage.location} holds another state: its lineage is ${there}, and that of the copy is ${own}`,
    remedy: "name a place that is empty, or the one that the copy was made of",
  });
}
