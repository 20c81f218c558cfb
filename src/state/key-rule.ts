/** Applies the rule for a state's key: see `docs/decisions/0030-one-key-over-all.md`. */
import {
  interruptedRekey,
  leftUnderFormerKey,
  mayBegin,
  type RunWithKey,
  stateUnderOtherKey,
} from "./key-of-state";
import { holdsResources, type LoadedPartition } from "./read-partition";
import type { StateIdentity } from "./state-identity";

export interface KeyOfRun extends RunWithKey {
  /** The ID of the key for fingerprints; absent if the run makes and compares none. */
  readonly keyId?: string | undefined;
  /** The run rekeys the whole state, part by part. */
  readonly isRekey?: boolean;
  /** The user confirmed that the state continues under the run's key. */
  readonly isNewState?: boolean | undefined;
  /**
   * Whether the run may treat the state's key as lost if nothing is under the run's key: for the whole state, or for
   * the parts that it holds (`part`).
   */
  readonly mayTakeOver?: boolean | "part" | undefined;
}

type Parts = ReadonlyMap<string, LoadedPartition>;

/** The state as read under the run's locks. */
export interface StateSeen {
  /** The identity from the note, or from the parts if the note was lost. */
  readonly known: StateIdentity | undefined;
  /** By manager: the parts whose locks the run holds, and the others. */
  readonly own: Parts;
  readonly others: Parts;
  /** Whether a rekey is known to be at work; see `interruptedRekey`. */
  readonly isBeingRekeyed?: boolean | undefined;
}

/** Whether the state, or a part that the run holds, is under another key than the run's. */
export function isOtherKey({ keyId }: KeyOfRun, { known, own }: StateSeen): boolean {
  return !mayBegin(known, keyId) || isAnyForeign(own);
}

function isAnyForeign(parts: Parts): boolean {
  return [...parts.values()].some(({ isForeign }) => isForeign);
}

/**
 * Whether the run has to put the state under its key. It need not if the note and its parts are under that key.
 * Throws a `DiagnosticError` (`state-key`) if the run may not do so and cannot continue.
 */
export function takesKey(run: KeyOfRun, { known, own, others, isBeingRekeyed }: StateSeen): boolean {
  const { storage, keyId, isRekey = false, isNewState = false, mayTakeOver = true } = run;
  if (isRekey) return true;
  if (!isNewState) {
    const foreign = managersOf(own, ({ isForeign }) => isForeign);
    const fits = mayBegin(known, keyId);
    if (fits && foreign.length === 0) return false;
    // The note and a part are under different keys, so both keys may be in use.
    const isOwn = (part: LoadedPartition) => holdsResources(part) && part.header.keyId === keyId;
    const behind = fits ? foreign : managersOf(new Map([...own, ...others]), isOwn);
    const goesOn = fits && mayTakeOver === "part";
    if (behind.length > 0 && !goesOn) throw interruptedRekey(storage, behind, isBeingRekeyed);
    if (!mayTakeOver || own.size === 0) throw stateUnderOtherKey(run, foreign);
    if (mayTakeOver === "part") return true;
  }
  const behind = isAnyForeign(others) ? partsUnderOtherKey(known, new Map([...own, ...others])) : [];
  if (behind.length > 0) throw interruptedRekey(storage, behind, isBeingRekeyed);
  requireNoPartLeft(run, others);
  return true;
}

/** Throws if a run that puts the state under its key would leave other parts under another key. */
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

/** The managers whose parts are under another key than the note's. */
export function partsUnderOtherKey(known: StateIdentity | undefined, parts: Parts): readonly string[] {
  const keyId = known?.keyId;
  const isBehind = (part: LoadedPartition) =>
    !["", keyId].includes(part.header.keyId) && holdsResources(part);
  return keyId === undefined ? [] : managersOf(parts, isBehind);
}

function managersOf(parts: Parts, is: (part: LoadedPartition) => boolean): readonly string[] {
  return [...parts].flatMap(([manager, part]) => (is(part) ? [manager] : [])).sort();
}
