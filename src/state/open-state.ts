import type { DiagnosticError } from "../model/diagnostic";
import { holdAll, releaseAll } from "./hold-all";
import { leavesBehind, mayBegin, rekeyedMeanwhile, replacesKey, underAnotherKey } from "./key-of-state";
import { StateContents } from "./log/state-contents";
import { Partition, type PartitionParts } from "./partition";
import { PartitionedState } from "./partitioned-state";
import type { StateStore } from "./port";
import {
  holdsRecords,
  holdsResources,
  isDamage,
  type LoadedPartition,
  type PartitionToRead,
  readPartition,
  reportForeign,
  reportTorn,
} from "./read-partition";
import { contentsOf, type ReadPartitions, readPartitions, readPartitionsAnew } from "./read-state";
import { newLineage, type StateIdentity } from "./state-identity";
import type { HeldPartition, LockRequest, Storage } from "./storage";

const MINIMUM_WASTE = 1 << 20;

export interface OpenStateOptions extends LockRequest {
  readonly storage: Storage;
  /** The managers whose partitions are to be locked: the run may write what is of them. */
  readonly managers: readonly string[];
  /** Names the key that fingerprints are made under; absent where none is made or compared. */
  readonly keyId?: string | undefined;
  /** Names it in its place, once the locks are held. */
  readonly settleKey?: () => Promise<string | undefined>;
  /** Called once the locks are held, before the first write: makes what the state will refer to. */
  readonly beforeFirstWrite?: () => Promise<void>;
  /** The run puts all of the state under its key, part by part. */
  readonly isRekey?: boolean;
  /** Somebody said that the state is to go on under the run's key, whichever it was under. */
  readonly isNewState?: boolean | undefined;
  /** The run moves records between parts, and keeps the key that they are under. */
  readonly isMove?: boolean;
  /** False: refuses to write what is under another key, unless one of these two asks for it. */
  readonly mayTakeOver?: boolean | undefined;
  /** What this run writes takes the place of each partition's log: all of it, or nothing. */
  readonly rewrites?: boolean;
  /** Dead bytes below which a log is not compacted; 1 MiB by default. */
  readonly minimumWaste?: number;
}

/** The state of a run, and what is wrong with the partitions that cannot be read. */
export type OpenState = StateStore & Pick<PartitionedState, "damaged" | "compact" | "takeOver" | "replaced">;

/**
 * Opens the state for writing: takes the locks of the managers' partitions, in the order of their names, and loads them.
 * A damaged partition stops its own manager: its lock is released, and the state is opened without it.
 * Rejects with a `DiagnosticError` (`state-locked`, `state-unwritable`, `state-unreadable`, `state-shared`), and where none of
 * the partitions can be used with what is wrong with them (`state-corrupted`).
 */
export async function openState(options: OpenStateOptions): Promise<OpenState> {
  // Only a run that waits for a lock is overtaken by a rekey.
  const before = options.lockTimeoutMs > 0 ? { keyId: (await options.storage.identity())?.keyId } : undefined;
  const held = await holdAll(options);
  try {
    return await load(options, held, before);
  } catch (error) {
    await releaseAll(held.values());
    throw error;
  }
}

async function load(
  options: OpenStateOptions,
  held: Map<string, HeldPartition>,
  before: KeyBefore | undefined,
): Promise<OpenState> {
  const {
    storage,
    report,
    isRekey = false,
    isNewState = false,
    isMove = false,
    mayTakeOver = true,
  } = options;
  const keyId = options.settleKey ? await options.settleKey() : options.keyId;
  const seen = await storage.identity();
  const state = { storage, keyId, lineage: seen?.lineage };
  const own = await loadHeld(held, state);
  for (const manager of own.damaged.keys()) await held.get(manager)?.release();
  const others = await readPartitions({ ...state, except: held });
  const loaded = new Map([...own.loaded, ...others.loaded]);
  for (const [manager, { torn }] of own.loaded) if (torn) reportTorn(storage.describe(manager), report);
  const inParts = seen?.keyId === undefined ? await identityInParts(loaded, storage) : undefined;
  const known = inParts ? { ...inParts, ...seen } : seen;
  const foreign = [...own.loaded].filter(([, part]) => part.isForeign).map(([manager]) => manager);
  const isForeign = foreign.length > 0 && !isMove;
  const fits = isMove || mayBegin(known, keyId);
  const differs = isForeign || !fits;
  if (isMove || (differs && !isRekey)) await requireNoRekey({ ...options, keyId }, before);
  const isAsked = isRekey || isNewState;
  if (isForeign && !isAsked && !mayTakeOver) throw underAnotherKey(storage, foreign);
  const usable = [...held].filter(([manager]) => !own.damaged.has(manager));
  const begins = usable.some(([manager]) => isBegun(own.loaded.get(manager)));
  // A part that was emptied is taken over like one with records.
  const takesKey = isAsked || isForeign || (!fits && mayTakeOver && own.loaded.size > 0);
  if (begins && !takesKey && !fits) throw underAnotherKey(storage);
  if (isNewState) requireNobodyLeft(storage, others, keyId);
  const [former] = foreign.map((manager) => own.loaded.get(manager)?.header.keyId);
  const keys = { from: former ?? known?.keyId, to: keyId };
  reportForeign(loaded, storage, report);
  const lineage = known?.lineage ?? newLineage(options.random);
  const checkOthers = async () =>
    requireNobodyLeft(storage, await readPartitionsAnew({ ...state, except: held }), keyId);
  const identity = settling({
    ...{ ...options, keyId, seen, known, lineage, takesKey },
    // Somebody was asked meanwhile.
    ...(isNewState && { beforeSettling: checkOthers }),
  });
  const [first] = usable;
  return new PartitionedState({
    lineage: seen?.lineage ?? "",
    held: partitionsOf(new Map(usable), own.loaded, { ...options, keyId, lineage, ...identity }),
    others: contentsOf(others.loaded),
    damaged: new Map([...own.damaged, ...others.damaged]),
    flushPauseMs: storage.flushPauseMs,
    takesOver: isForeign && !isRekey,
    ...(first && isNewState && differs && { adopt: () => identity.settle(first[1], false) }),
    ...(isNewState && differs && { replaced: replacesKey(storage, keys) }),
  });
}

/** Throws where a run that puts the state under its key would leave parts of it under another one. */
function requireNobodyLeft(storage: Storage, { loaded }: ReadPartitions, keyId: string | undefined): void {
  const left = [...loaded].filter(([, part]) => part.isForeign && holdsResources(part));
  const [first] = left;
  if (first === undefined) return;
  const keys = { from: first[1].header.keyId, to: keyId };
  throw leavesBehind(
    storage,
    left.map(([manager]) => manager),
    keys,
  );
}

/** The key of the state's note, as it was before the run waited. */
type KeyBefore = { readonly keyId: string | undefined };

/** Throws where the state went under another key than the run's while the run waited for its locks. */
async function requireNoRekey(
  { storage, keyId, isMove = false }: OpenStateOptions,
  before: KeyBefore | undefined,
): Promise<void> {
  if (before === undefined) return;
  const now = (await storage.identity(true))?.keyId;
  if (now !== before.keyId && (isMove || now !== keyId)) throw rekeyedMeanwhile(storage);
}

/** Whether a write begins the part: one without records holds nothing that is under a key. */
function isBegun(part: LoadedPartition | undefined): boolean {
  return part === undefined || !holdsRecords(part);
}

interface Settling extends OpenStateOptions {
  /** The note of the identity, as it was when the state was opened. */
  readonly seen: StateIdentity | undefined;
  /** The same, or what the partitions say where the note was lost. */
  readonly known: StateIdentity | undefined;
  readonly lineage: string;
  /** Whether the run puts the state under its key. */
  readonly takesKey: boolean;
  /** Rejects where the identity must not be changed any more. */
  readonly beforeSettling?: () => Promise<void>;
}

/**
 * What comes before the first write of a partition: the first of all makes the key and gives the state its identity. A run that is
 * killed between the two leaves a key without a state, and never a state whose key is nowhere.
 */
function settling(run: Settling): Pick<PartitionParts, "settle" | "confirm"> {
  const { storage, seen, known, lineage, takesKey, isMove = false } = run;
  const isOurs = takesKey || (!isMove && mayBegin(known, run.keyId));
  const keyId = isOurs ? (run.keyId ?? known?.keyId) : known?.keyId;
  const next = { lineage, ...(keyId !== undefined && { keyId }) };
  let first: Promise<StateIdentity> | undefined;
  const requireKey = (identity: StateIdentity | undefined) => {
    if (!isMove && !mayBegin(identity, run.keyId)) throw underAnotherKey(storage);
  };
  // Another run may have begun, taken over or rekeyed the state since this one opened it.
  const confirm = async () => requireKey(await storage.identity(true));
  const settle = async (held: HeldPartition, begins: boolean) => {
    first ??= (async () => {
      await run.beforeSettling?.();
      await run.beforeFirstWrite?.();
      await held.verify();
      return held.settle(seen, next);
    })();
    const settled = await first;
    if (takesKey) requireKey(settled);
    if (begins) await confirm();
    return settled.lineage;
  };
  return { settle, confirm };
}

/** That of the whole state for a run that does not see the partitions that tell it. */
async function identityInParts(
  loaded: ReadonlyMap<string, LoadedPartition>,
  { whole }: Storage,
): Promise<StateIdentity | undefined> {
  const seen = identityIn(loaded);
  if (seen?.keyId !== undefined || whole === undefined) return seen;
  return identityIn((await readPartitions({ storage: whole, keyId: undefined, lineage: undefined })).loaded);
}

/** Throws what is wrong with all of them, where none can be used. */
async function loadHeld(
  held: ReadonlyMap<string, HeldPartition>,
  state: Omit<PartitionToRead, "manager">,
): Promise<ReadPartitions> {
  const loaded = new Map<string, LoadedPartition>();
  const damaged = new Map<string, DiagnosticError>();
  for (const [manager, own] of held) {
    try {
      const found = await readPartition(await own.read(), { ...state, manager });
      if (found !== undefined) loaded.set(manager, found);
    } catch (error) {
      if (!isDamage(error)) throw error;
      damaged.set(manager, error);
    }
  }
  if (damaged.size === held.size) for (const error of damaged.values()) throw error;
  return { loaded, damaged };
}

function partitionsOf(
  held: ReadonlyMap<string, HeldPartition>,
  loaded: ReadonlyMap<string, LoadedPartition>,
  options: OpenStateOptions & Pick<PartitionParts, "lineage" | "settle" | "confirm">,
): ReadonlyMap<string, Partition> {
  const {
    storage,
    keyId,
    lineage,
    settle,
    confirm,
    rewrites = false,
    minimumWaste = MINIMUM_WASTE,
  } = options;
  const make = (manager: string, own: HeldPartition) => {
    const found = loaded.get(manager);
    return new Partition({
      location: storage.describe(manager),
      keyId: keyId ?? found?.header.keyId ?? "",
      contents: found?.contents ?? new StateContents("", 0, false),
      held: own,
      log: own.log(found?.length ?? 0, found?.torn ?? false),
      begins: isBegun(found),
      ...{ lineage, settle, confirm, rewrites, minimumWaste },
    });
  };
  return new Map([...held].map(([manager, own]) => [manager, make(manager, own)]));
}

/** The state's own, where only the note of it was lost. */
function identityIn(loaded: ReadonlyMap<string, LoadedPartition>): StateIdentity | undefined {
  const [first] = loaded.values();
  if (first === undefined) return undefined;
  const keyed = [...loaded.values()].find((part) => part.header.keyId !== "" && holdsRecords(part));
  return { lineage: first.header.lineage, ...(keyed && { keyId: keyed.header.keyId }) };
}
