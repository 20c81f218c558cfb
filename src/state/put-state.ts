/** Puts a copy in a place, for `state push` and `state migrate`. */
import { type Diagnostic, DiagnosticError } from "../model/diagnostic";
import type { PutPartition } from "../model/state-listing";
import { formatTime } from "../platform/clock";
import { errorCode } from "../platform/error-code";
import type { PartitionCopy, StateCopy } from "./copied-state";
import {
  anotherState,
  type CopyInPlace,
  isPut,
  keyAfter,
  otherKey,
  type Place,
  refuseConflicts,
  refuseOtherPut,
  warningsOfPut,
} from "./copy-conflicts";
import { type CopyOrigin, sameCommand } from "./copy-remedies";
import { HiddenPartError } from "./hidden-part";
import { holdAll, type LocksToTake, releaseAll } from "./hold-all";
import type { LastPut } from "./last-put";
import type { LogPlace } from "./log/damage";
import { type LoadedLog, loadLog } from "./log/load-log";
import { unwritableLog } from "./partition";
import { isCorrupted, logPlace } from "./read-partition";
import { readPartitionsAgain } from "./read-state";
import { requireSoundCopy } from "./require-sound-copy";
import { isSameIdentity, type StateIdentity } from "./state-identity";
import type { HeldPartition, KeptFiles, Storage } from "./storage";
import { changedMeanwhile, leftIncomplete, requireFinished } from "./unfinished-put";

export interface PutOptions extends Omit<LocksToTake, "managers"> {
  /** Overwrite parts that are newer or damaged, and replace the state's key. */
  readonly force?: boolean;
  /** The origin of the copy, for commands in remedies. */
  readonly origin?: CopyOrigin;
}

type Held = ReadonlyMap<string, HeldPartition>;

/**
 * Puts a copy in a place, part by part, under the locks of all its parts. Throws a `DiagnosticError`
 * (`state-conflict`, `state-key`, `state-corrupted`, `state-locked`, `state-unfinished`) and writes nothing if the
 * place has another state, another key, or anything newer. After a crash or a later error (`copy-incomplete`) the
 * rest stops every other run, and the same call completes it.
 */
export async function putState(given: StateCopy, options: PutOptions): Promise<readonly PutPartition[]> {
  const { storage, origin = { file: "BACKUP" } } = options;
  const copy = requireSoundCopy(given);
  const held = await holdAll({ ...options, managers: copy.managers.keys() });
  try {
    // Read under the locks, because another run may have created a state there during the wait.
    const seen = await storage.identity();
    const places = new Map<string, Place>();
    for (const [manager, partition] of held) {
      places.set(manager, await placeOf(partition, logPlace(storage, manager)));
    }
    const put = { ...options, origin, copy, seen, places, others: await othersThan(held, storage) };
    await refuseOtherPut(put);
    refuseConflicts(put);
    return await putParts(put, held, warningsOfPut(put));
  } finally {
    await releaseAll(held.values());
  }
}

/** The parts that the copy does not have, as they are now. */
async function othersThan(held: Held, storage: Storage): Promise<ReadonlyMap<string, LoadedLog>> {
  const state = { storage, keyId: undefined, lineage: undefined, except: held };
  return (await readPartitionsAgain(state)).loaded;
}

/** A part of the place, which the copy would replace. */
async function placeOf(partition: HeldPartition, location: LogPlace): Promise<Place> {
  const nothing = {
    ...{ isTaken: false, loaded: undefined, bytes: Buffer.alloc(0) },
    ...{ length: 0, torn: false, damage: [] },
  };
  const damaged = ({ diagnostics }: DiagnosticError) => ({ ...nothing, isTaken: true, damage: diagnostics });
  // A copy must not replace a document of something else, or one that cannot be read.
  const bytes = await partition.read().catch((error) => {
    if (isCorrupted(error) || error instanceof HiddenPartError) return error;
    throw error;
  });
  if (bytes === undefined) return nothing;
  if (bytes instanceof DiagnosticError) return damaged(bytes);
  try {
    const loaded = loadLog(bytes, location, undefined);
    return { ...nothing, isTaken: true, loaded, bytes, length: loaded.length, torn: loaded.torn };
  } catch (error) {
    if (error instanceof DiagnosticError) return damaged(error);
    throw error;
  }
}

async function putParts(
  put: CopyInPlace & PutOptions,
  held: Held,
  warnings: readonly Diagnostic[],
): Promise<readonly PutPartition[]> {
  const { storage, copy, places } = put;
  const { finish, left } = await begin(put, held);
  // A copy that gives way to a run sets nothing back.
  for (const warning of warnings) put.report(warning);
  const written: PutPartition[] = [];
  try {
    for (const [manager, part] of copy.managers) {
      const to = { held: held.get(manager), place: places.get(manager), storage };
      written.push({ manager, serial: part.serial, written: await putPart(part, manager, to) });
    }
    await finish();
    return written;
  } catch (error) {
    throw withLeft(error, left, storage);
  }
}

/** The error that ended a put, with what it left. It does not read the place, which may be unreachable. */
function withLeft(error: unknown, left: LastPut | undefined, { location }: Storage): unknown {
  const cause = errorCode(error) === undefined ? error : unwritableLog(location, error);
  const incomplete = left && leftIncomplete(left, location);
  if (incomplete === undefined || !(cause instanceof DiagnosticError)) return cause;
  return new DiagnosticError([...cause.diagnostics, incomplete], { cause });
}

/**
 * Records the state's future key. If a crash could leave the state half written, it also records that a copy is being
 * put, until `finish`.
 */
async function begin(put: CopyInPlace & PutOptions, held: Held): Promise<Begun> {
  const { storage, copy, places, seen } = put;
  const missing = [...copy.managers].flatMap(([name, part]) => (isPut(part, places.get(name)) ? [] : [name]));
  const { damaged, unfinished: other } = seen?.put ?? {};
  const open = damaged === undefined ? (other?.managers ?? []) : [...copy.managers.keys()];
  const managers = [...new Set([...open, ...missing])].sort();
  const [first] = held.values();
  if (first === undefined || managers.length === 0) return { finish: async () => {} };
  const next = { lineage: copy.lineage, ...keyAfter(put) };
  const replacesKey = seen?.keyId !== undefined && seen.keyId !== next.keyId;
  if (managers.length === 1 && open.length === 0 && !replacesKey) {
    const before = { ...next, ...(seen?.put && { put: seen.put }) };
    await settleIdentity(first, seen, before, storage);
    return { finish: () => settleIdentity(first, before, { ...next, put: { id: newId(put) } }, storage) };
  }
  const left = lastPut(put, managers);
  const unfinished = { ...next, put: left };
  try {
    await settleIdentity(first, seen, unfinished, storage);
    if (replacesKey) await refuseLateParts(put, held, () => settleIdentity(first, unfinished, seen, storage));
  } catch (error) {
    throw withLeft(error, (await mayBeNoted(left, storage)) ? left : undefined, storage);
  }
  const finish = () => settleIdentity(first, unfinished, { ...next, put: { id: left.id } }, storage);
  return { finish, left };
}

/** If a run has just created a part under the former key, that run continues, and the copy is refused. */
async function refuseLateParts(put: CopyInPlace, held: Held, giveWay: () => Promise<void>): Promise<void> {
  const fault = otherKey({ ...put, others: await othersThan(held, put.storage) });
  if (fault?.severity !== "error") return;
  await giveWay();
  throw new DiagnosticError([fault]);
}

/** An error of this write may be only a lost answer. A retry then finds the note of the first try. */
async function mayBeNoted({ id }: LastPut, storage: Storage): Promise<boolean> {
  try {
    const { put } = (await storage.identity(true)) ?? {};
    return put?.id === id && put.unfinished !== undefined;
  } catch {
    return true;
  }
}

interface Begun {
  finish(): Promise<void>;
  /** The note until then; absent if a crash cannot leave the state half written. */
  readonly left?: LastPut;
}

function lastPut(put: CopyInPlace & PutOptions, managers: readonly string[]): LastPut {
  const { origin, force = false, who, host, pid, clock, seen } = put;
  const again = sameCommand(origin, force);
  // The command to give up an interrupted copy stays valid after a retry.
  const id = seen?.put?.unfinished ? seen.put.id : newId(put);
  return { id, unfinished: { managers, again, who, host, pid, since: formatTime(clock.now()) } };
}

/** A new ID for each copy. It shows a saved plan that the state has been replaced. */
function newId({ random }: PutOptions): string {
  return random.bytes(8).toString("hex");
}

async function settleIdentity(
  held: HeldPartition,
  seen: StateIdentity | undefined,
  next: StateIdentity,
  storage: Storage,
): Promise<void> {
  const settled = await held.settle(seen, next);
  if (isSameIdentity(settled, next)) return;
  if (settled.lineage !== next.lineage) throw anotherState(next.lineage, settled.lineage, storage);
  await requireFinished(settled, storage);
  throw changedMeanwhile(storage);
}

interface PutPart {
  readonly held: HeldPartition | undefined;
  readonly place: Place | undefined;
  readonly storage: Storage;
}

/**
 * Writes one part, and returns whether it was needed. It writes the log last, because the log refers to kept secrets.
 */
async function putPart(part: PartitionCopy, manager: string, to: PutPart): Promise<boolean> {
  const { held, place, storage } = to;
  if (held === undefined || place === undefined) return false;
  const hasPutKept = await putKept(part.kept, storage.kept(manager));
  if (isPut(part, place)) return hasPutKept;
  const log = held.log(place.length, place.torn);
  try {
    const length = await log.draft([part.log]);
    await held.requireHeld();
    await log.install(length);
  } finally {
    await log.close();
  }
  return true;
}

/** Writes kept secrets, and returns whether any was missing. Kept secrets that the copy lacks stay. */
async function putKept(copies: ReadonlyMap<string, string>, files: KeptFiles): Promise<boolean> {
  let isAny = false;
  for (const [name, text] of copies) {
    if ((await files.read(name)) === text) continue;
    await files.write(name, text);
    isAny = true;
  }
  return isAny;
}
