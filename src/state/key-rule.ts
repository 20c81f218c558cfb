/** The rule of a state's key, as `docs/decisions/0030-one-key-over-all.md` has it. */
import { interruptedRekey, leftUnderFormerKey, mayBegin, stateUnderOtherKey } from "./key-of-state";
import { holdsResources, type LoadedPartition } from "./read-partition";
import type { StateIdentity } from "./state-identity";
import type { Storage } from "./storage";

export interface KeyOfRun {
  readonly storage: Pick<Storage, "location">;
  /** Names the key that fingerprints are made under; absent where none is made or compared. */
  readonly keyId?: string | undefined;
  /** The run puts all of the state under its key, part by part. */
  readonly isRekey?: boolean;
  /** Somebody said that the state is to go on under the run's key, whichever it was under. */
  readonly isNewState?: boolean | undefined;
  /**
   * Whether the run may take the state's key for lost where it finds nothing under its own: for all of the state at once, or for the
   * parts that it holds (`part`).
   */
  readonly mayTakeOver?: boolean | "part" | undefined;
}

type Parts = ReadonlyMap<string, LoadedPartition>;

/** What is seen of a state under the run's locks. */
export interface StateSeen {
  /** What the note says, or the parts where it was lost. */
  readonly known: StateIdentity | undefined;
  /** By manager: the parts whose locks the run holds, and the others. */
  readonly own: Parts;
  readonly others: Parts;
}

/** Whether the state, or a part that the run holds, is under another key than the run's. */
export function isOtherKey({ keyId }: KeyOfRun, { known, own }: StateSeen): boolean {
  return !mayBegin(known, keyId) || isAnyForeign(own);
}

function isAnyForeign(parts: Parts): boolean {
  return [...parts.values()].some(({ isForeign }) => isForeign);
}

/**
 * Whether the run puts the state under its key. A run that has the key which the note names, and finds its parts under it, need not.
 * Throws a `DiagnosticError` (`state-key`) where the run may neither do that nor go on.
 */
export function takesKey(run: KeyOfRun, { known, own, others }: StateSeen): boolean {
  const { storage, keyId, isRekey = false, isNewState = false, mayTakeOver = true } = run;
  if (isRekey) return true;
  if (!isNewState) {
    const foreign = managersOf(own, ({ isForeign }) => isForeign);
    const fits = mayBegin(known, keyId);
    if (fits && foreign.length === 0) return false;
    // The note names one key, and a part is under the other: both may be in use.
    const isOwn = (part: LoadedPartition) => holdsResources(part) && part.header.keyId === keyId;
    const behind = fits ? foreign : managersOf(new Map([...own, ...others]), isOwn);
    const goesOn = fits && mayTakeOver === "part";
    if (behind.length > 0 && !goesOn) throw interruptedRekey(storage, behind);
    if (!mayTakeOver || own.size === 0) throw stateUnderOtherKey(storage, foreign);
    if (mayTakeOver === "part") return true;
  }
  const behind = isAnyForeign(others) ? partsUnderOtherKey(known, new Map([...own, ...others])) : [];
  if (behind.length > 0 && mayTakeOver !== "part") throw interruptedRekey(storage, behind);
  requireNoPartLeft(run, others);
  return true;
}

/** Throws where a run that puts the state under its key would leave parts of it under another one. */
export function requireNoPartLeft(
  { storage, keyId, mayTakeOver }: Omit<KeyOfRun, "isRekey" | "isNewState">,
  others: Parts,
): void {
  if (mayTakeOver === "part") return;
  const left = managersOf(others, ({ isForeign }) => isForeign);
  const [first] = left;
  if (first === undefined) return;
  throw leftUnderFormerKey(storage, left, { from: others.get(first)?.header.keyId, to: keyId });
}

/** The managers whose parts are under another key than the one that the note names. */
export function partsUnderOtherKey(known: StateIdentity | undefined, parts: Parts): readonly string[] {
  const keyId = known?.keyId;
  const isBehind = (part: LoadedPartition) =>
    !["", keyId].includes(part.header.keyId) && holdsResources(part);
  return keyId === undefined ? [] : managersOf(parts, isBehind);
}

function managersOf(parts: Parts, is: (part: LoadedPartition) => boolean): readonly string[] {
  return [...parts].flatMap(([manager, part]) => (is(part) ? [manager] : [])).sort();
}
