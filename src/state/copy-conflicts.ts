/** Checks whether a copy may be put in a place. */
import { type Diagnostic, DiagnosticError, failure, warningsOf } from "../model/diagnostic";
import type { PartitionCopy, StateCopy } from "./copied-state";
import { type CopyOrigin, isPartOnly, keyRemedy, remedyForOverwriting } from "./copy-remedies";
import { interruptedRekey } from "./key-of-state";
import { compactedLines } from "./log/compacted-lines";
import { haveDiverged } from "./log/diverged-logs";
import { type LoadedLog, loadLog } from "./log/load-log";
import { holdsResources } from "./read-partition";
import { undamagedLineage } from "./read-state";
import type { StateIdentity } from "./state-identity";
import type { Storage } from "./storage";
import { requireFinished } from "./unfinished-put";

export interface CheckedCopy extends StateCopy {
  /** IDs of the keys of its parts: more than one if a rekey was interrupted. */
  readonly keyIds: ReadonlySet<string>;
}

/** A part of the place, which the copy would replace. */
export interface Place {
  /** Whether there is anything, damaged or not. */
  readonly isTaken: boolean;
  /** `undefined` if the part is missing or damaged. */
  readonly loaded: LoadedLog | undefined;
  /** The bytes that `loaded` was read from. */
  readonly bytes: Buffer;
  readonly length: number;
  readonly torn: boolean;
  /** Faults of the existing part. */
  readonly damage: readonly Diagnostic[];
}

/** A copy, and the content of its target as read under the target's locks. */
export interface CopyInPlace {
  readonly storage: Storage;
  /** Overwrite newer parts, and replace the state's key. */
  readonly force?: boolean;
  readonly origin: CopyOrigin;
  readonly copy: CheckedCopy;
  /** The note of the place's identity. */
  readonly seen: StateIdentity | undefined;
  /** By manager: the existing parts that the copy also has. */
  readonly places: ReadonlyMap<string, Place>;
  /** By manager: the parts that the copy does not have. */
  readonly others: ReadonlyMap<string, LoadedLog>;
}

/** The key of the state afterwards. It stays the same if any part of the copy is under it. */
export function keyAfter({ copy, seen }: Pick<CopyInPlace, "copy" | "seen">): Pick<StateIdentity, "keyId"> {
  const before = seen?.keyId;
  const [first = before] = copy.keyIds;
  const keyId = before !== undefined && copy.keyIds.has(before) ? before : first;
  return keyId === undefined ? {} : { keyId };
}

/** Throws a `DiagnosticError` (`state-unfinished`) if parts of another copy would stay missing. */
export async function refuseOtherPut({ copy, seen, storage, others, origin }: CopyInPlace): Promise<void> {
  const { unfinished, damaged } = seen?.put ?? {};
  const isThere = (unfinished?.managers ?? []).every((manager) => copy.managers.has(manager));
  // A damaged note may be about any of the managers.
  const isWhole = damaged === undefined || (others.size === 0 && !isPartOnly(origin));
  if (!isThere || !isWhole) await requireFinished(seen, storage);
}

/** Throws a `DiagnosticError` (`state-conflict`, `state-key`) if the copy must not be put there. */
export function refuseConflicts(put: CopyInPlace): void {
  refuseOtherState(put);
  const key = otherKey(put);
  const faults = [
    ...(key?.severity === "error" ? [key] : []),
    ...(put.force ? [] : conflictsOf(put, key !== undefined)),
  ];
  if (faults.length > 0) throw new DiagnosticError(faults);
}

/** The warnings of putting a copy that has no conflicts. */
export function warningsOfPut(put: CopyInPlace): readonly Diagnostic[] {
  const key = otherKey(put);
  return [...(key ? [key] : twoKeys(put)), ...(put.force ? setBack(put) : [])];
}

/** A note without any part protects nothing. */
function refuseOtherState({ copy, seen, places, others, storage, force = false }: CopyInPlace): void {
  const parts = [...places.values()].map(({ loaded }) => loaded).concat([...others.values()]);
  const isNoteOnly = others.size === 0 && [...places.values()].every(({ isTaken }) => !isTaken);
  const ownLineages = isNoteOnly && force ? [] : [undamagedLineage(seen)];
  for (const lineage of [...ownLineages, ...parts.map((part) => part?.header.lineage)])
    if (lineage !== undefined && lineage !== copy.lineage) throw anotherState(copy.lineage, lineage, storage);
}

/** A state has one key. A copy under another key may only replace the whole state, and only if the user says so. */
export function otherKey(put: CopyInPlace): Diagnostic | undefined {
  const { copy, seen, places, storage, origin, force = false } = put;
  const { keyId } = keyAfter(put);
  if (seen?.keyId === undefined || seen.keyId === keyId) return undefined;
  if ([...copy.managers].every(([manager, part]) => isPut(part, places.get(manager)))) return undefined;
  const names = leftUnderOtherKey(put);
  const isLeft = names.length > 0;
  const summary = `the copy is under the key ${keyId}, and the state in ${storage.location} under ${seen.keyId}`;
  if (isLeft || !force)
    return {
      ...{ code: "state-key", severity: "error" },
      summary: isLeft ? `${summary}, under which that of ${names.join(", ")} would stay` : summary,
      remedy: keyRemedy(origin, force, !isLeft),
    };
  return {
    code: "state-key",
    severity: "warning",
    summary: `${summary}: that of the copy takes its place`,
    remedy: "give every run the copy's key from now on, or rekey the state",
  };
}

/** The managers that the copy does not have, and whose parts are under another key than the state's afterwards. */
function leftUnderOtherKey(put: CopyInPlace): readonly string[] {
  const { keyId } = keyAfter(put);
  const isLeft = (part: LoadedLog) => holdsResources(part) && !["", keyId].includes(part.header.keyId);
  return [...put.others].flatMap(([manager, part]) => (isLeft(part) ? [manager] : [])).sort();
}

/** A run may have begun a part under the former key before an earlier try of this copy replaced that key. */
function twoKeys(put: CopyInPlace): readonly Diagnostic[] {
  const left = keyAfter(put).keyId === undefined ? [] : leftUnderOtherKey(put);
  return left.length === 0 ? [] : warningsOf(interruptedRekey(put.storage, left));
}

function conflictsOf({ copy, places, storage, origin }: CopyInPlace, isOtherKey: boolean): Diagnostic[] {
  return [...copy.managers].flatMap(([manager, part]) => {
    const place = places.get(manager);
    return [...(place?.damage ?? []), ...conflictOf(manager, part, place, { storage, origin, isOtherKey })];
  });
}

/** The serial of an existing part that would lose entries: the copy is older, or continued from an older copy. */
function serialSetBack(part: PartitionCopy, place: Place | undefined): number | undefined {
  if (place?.loaded === undefined) return undefined;
  const { loaded, bytes } = place;
  const now = loaded.contents.serial;
  if (now >= part.serial) return isPut(part, place) ? undefined : now;
  const copied = { bytes: part.log, loaded: loadLog(part.log, { file: "the copy" }, undefined) };
  return haveDiverged({ bytes, loaded }, copied) ? now : undefined;
}

/**
 * Somebody who wants to replace one damaged part may not know that a whole copy overwrites every other part as well.
 */
function setBack({ copy, places, storage, origin }: CopyInPlace): Diagnostic[] {
  const parts = [...copy.managers].flatMap(([manager, part]) => {
    const now = serialSetBack(part, places.get(manager));
    return now === undefined ? [] : [`${manager} (serial ${now}, the copy's is ${part.serial})`];
  });
  if (parts.length === 0) return [];
  return [
    {
      code: "state-conflict",
      severity: "warning",
      summary: `the copy goes over parts of the state in ${storage.location} that are not damaged, and what was written to them since is lost: ${parts.join(", ")}`,
      remedy: `check the next plan: what was issued since is not ours any more, and what was changed counts as before${isPartOnly(origin) ? "" : "; `--manager` puts only the parts of some managers"}`,
    },
  ];
}

function conflictOf(
  manager: string,
  part: PartitionCopy,
  place: Place | undefined,
  { storage, origin, isOtherKey }: Pick<CopyInPlace, "storage" | "origin"> & { readonly isOtherKey: boolean },
): Diagnostic[] {
  const now = serialSetBack(part, place);
  if (now === undefined) return [];
  return [
    {
      code: "state-conflict",
      severity: "error",
      summary: `${storage.describe(manager)} is at serial ${now}, ${lossOf(now, part.serial)}`,
      remedy: remedyForOverwriting(origin, manager, isOtherKey),
      address: manager,
    },
  ];
}

function lossOf(now: number, copied: number): string {
  if (now === copied) return "as the copy is, and holds something else";
  return now > copied
    ? `and the copy at ${copied}: what was written since would be lost`
    : `and the copy at ${copied}, but both went on from an older one: what was written there would be lost`;
}

/** Whether the place already has the part. A compacted log counts as equal. */
export function isPut({ serial, log }: PartitionCopy, place: Place | undefined): boolean {
  const there = place?.loaded;
  if (there === undefined || serial !== there.contents.serial) return false;
  return compacted(loadLog(log, { file: "the copy" }, undefined)).equals(compacted(there));
}

function compacted({ header, contents }: LoadedLog): Buffer {
  const whole = { records: contents.snapshot(), plans: contents.plans() };
  return Buffer.concat([...compactedLines({ ...header, serial: contents.serial }, whole, () => {})]);
}

export function anotherState(own: string, there: string, storage: Storage): DiagnosticError {
  return failure({
    code: "state-conflict",
    summary: `${storage.location} holds another state: its lineage is ${there}, and that of the copy is ${own}`,
    remedy: "name a place that is empty, or the one that the copy was made of",
  });
}
