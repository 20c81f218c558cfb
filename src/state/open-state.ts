import type { DiagnosticError } from "../model/diagnostic";
import { reportLostList } from "./hidden-part";
import { holdAll, type LocksToTake, releaseAll } from "./hold-all";
import { keyIsReplaced, mayBegin, rekeyedDuringRun, stateUnderOtherKey } from "./key-of-state";
import { isOtherKey, type KeyOfRun, requireNoPartLeft, takesKey } from "./key-rule";
import { StateContents } from "./log/state-contents";
import { Partition, type PartitionParts } from "./partition";
import { PartitionedState } from "./partitioned-state";
import type { StateStore } from "./port";
import {
  holdsResources,
  isDamage,
  type LoadedPartition,
  type PartitionToRead,
  partOfAnotherState,
  readPartition,
  reportForeign,
  reportTorn,
} from "./read-partition";
import {
  contentsOf,
  knownIdentity,
  type ReadPartitions,
  readPartitions,
  readPartitionsAgain,
  reportKey,
} from "./read-state";
import { newIdentity, newLineage, type StateIdentity } from "./state-identity";
import type { HeldPartition, Storage } from "./storage";
import { requireFinished } from "./unfinished-put";

const MINIMUM_WASTE = 1 << 20;

export interface OpenStateOptions extends LocksToTake, KeyOfRun {
  readonly storage: Storage;
  /** The managers whose partitions the run locks and may write. */
  readonly managers: readonly string[];
  /** Returns the ID of the run's key once the locks are held. It replaces `keyId`. */
  readonly settleKey?: () => Promise<string | undefined>;
  /** Called under the locks before the first write. It creates what the state will refer to. */
  readonly beforeFirstWrite?: () => Promise<void>;
  /** The run replaces each partition's log as a whole. */
  readonly rewrites?: boolean;
  /** A log with fewer dead bytes is not compacted; 1 MiB by default. */
  readonly minimumWaste?: number;
  /** The state can be read after it is closed as well: nothing that it needs stays in the log's file. */
  readonly staysReadable?: boolean | undefined;
}

/** The state of a run, with the faults of unreadable partitions. */
export type OpenState = StateStore & Pick<PartitionedState, "damaged" | "compact" | "takeOver" | "replaced">;

/**
 * Opens the state for writing: takes the locks of the managers' partitions, in the order of their names, and loads
 * them. A damaged partition stops only its own manager: its lock is released, and the state opens without it. Rejects
 * with a `DiagnosticError` (`state-locked`, `state-unwritable`, `state-unreadable`, `state-shared`,
 * `state-unfinished`). If no partition is usable, it rejects with their faults (`state-corrupted`).
 */
export async function openState(options: OpenStateOptions): Promise<OpenState> {
  // Only a run that waits for a lock can miss a rekey.
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
  const seen = await options.storage.identity();
  // Checked before the key, because half a state may be under the wrong key.
  await requireFinished(seen, options.storage);
  const keyId = options.settleKey ? await options.settleKey() : options.keyId;
  const run = { ...options, keyId };
  const found = await readUnderLocks(run, seen, held);
  requireOneLineage(found, options.storage);
  await reportLostList(found, options.storage, options.report);
  const state = { ...found, seen: await restoreNote(found, held, options.storage) };
  const parts = { known: state.known, own: state.own.loaded, others: state.others.loaded };
  const differs = isOtherKey(run, parts);
  if (!run.isRekey && differs) await requireNoRekey(run, before);
  const takes = takesKey(run, parts);
  if (takes) reportForeign(state.loaded, run.storage, run.report);
  else reportKey(state, run);
  return stateOf(
    { ...run, ...state, differs, takes, lineage: state.known?.lineage ?? newLineage(run.random) },
    held,
  );
}

interface FoundState {
  /** The identity from the note. */
  readonly seen: StateIdentity | undefined;
  /** The same, or the identity from the partitions if the note was lost. */
  readonly known: StateIdentity | undefined;
  readonly own: ReadPartitions;
  readonly others: ReadPartitions;
  /** Both. */
  readonly loaded: ReadonlyMap<string, LoadedPartition>;
}

/** Reads the whole state, and releases the locks of damaged partitions. */
async function readUnderLocks(
  { storage, keyId, report, staysReadable = false }: OpenStateOptions,
  seen: StateIdentity | undefined,
  held: Map<string, HeldPartition>,
): Promise<FoundState> {
  const state = { storage, keyId, lineage: seen?.lineage };
  const own = await loadHeld(held, { ...state, staysReadable });
  for (const manager of own.damaged.keys()) await held.get(manager)?.release();
  for (const [manager, { torn }] of own.loaded) if (torn) reportTorn(storage.describe(manager), report);
  const others = await readPartitions({ ...state, except: held });
  const loaded = new Map([...own.loaded, ...others.loaded]);
  return { seen, known: await knownIdentity(seen, loaded, storage), own, others, loaded };
}

/** Throws if the parts are those of several states. Where the note is lost, nothing says which of them is the right one. */
function requireOneLineage({ known, loaded }: FoundState, storage: Storage): void {
  const lineage = known?.lineage;
  if (lineage === undefined) return;
  for (const [manager, { header }] of loaded)
    if (header.lineage !== lineage) throw partOfAnotherState(header.lineage, lineage, manager, storage);
}

/** Gives a lost list the identity of the parts again, because the run may have nothing to write. */
async function restoreNote(
  { seen, known, own }: FoundState,
  held: ReadonlyMap<string, HeldPartition>,
  storage: Storage,
): Promise<StateIdentity | undefined> {
  const [first] = [...held].filter(([manager]) => !own.damaged.has(manager));
  if (seen !== undefined || known === undefined || storage.forget === undefined || !first) return seen;
  const [manager, part] = first;
  const settled = await part.settle(undefined, known);
  await requireFinished(settled, storage);
  const { lineage } = settled;
  if (lineage !== known.lineage) throw partOfAnotherState(known.lineage, lineage, manager, storage);
  return settled;
}

interface RunOnState extends OpenStateOptions, FoundState {
  readonly lineage: string;
  /** Whether the state, or a part that the run holds, is under another key than the run's. */
  readonly differs: boolean;
  /** Whether the run puts the state under its key. */
  readonly takes: boolean;
}

function stateOf(run: RunOnState, held: ReadonlyMap<string, HeldPartition>): PartitionedState {
  const { storage, keyId, own, others, known, seen, isRekey = false, isNewState = false } = run;
  const usable = new Map([...held].filter(([manager]) => !own.damaged.has(manager)));
  const [first] = usable.values();
  const [foreign] = [...own.loaded.values()].filter(({ isForeign }) => isForeign);
  const replaces = isNewState && run.differs;
  const keys = { from: foreign?.header.keyId ?? known?.keyId, to: keyId };
  const parts = { ...run, ...settling(run, held) };
  return new PartitionedState({
    seen,
    held: partitionsOf(usable, own.loaded, parts),
    others: contentsOf(others.loaded),
    damaged: new Map([...own.damaged, ...others.damaged]),
    flushPauseMs: storage.flushPauseMs,
    takesOver: foreign !== undefined && !isRekey,
    adopt: replaces && first ? () => parts.settle(first, false) : undefined,
    replaced: replaces ? keyIsReplaced(storage, keys) : undefined,
  });
}

/** The key in the state's note before the run waited. */
type KeyBefore = { readonly keyId: string | undefined };

/** Throws if the state got another key than the run's while the run waited for its locks. */
async function requireNoRekey(
  { storage, keyId }: OpenStateOptions,
  before: KeyBefore | undefined,
): Promise<void> {
  if (before === undefined) return;
  const now = (await storage.identity(true))?.keyId;
  if (now !== before.keyId && now !== keyId) throw rekeyedDuringRun(storage);
}

/** Whether a write creates the part. A part without records contains nothing that depends on a key. */
function isBegun(part: LoadedPartition | undefined): boolean {
  return part === undefined || !holdsResources(part);
}

/**
 * Runs before the first write of a partition. The first write of the state creates the key, and then the state's
 * identity. A run that is killed in between leaves a key without a state, and never a state without a key.
 */
function settling(
  run: RunOnState,
  held: ReadonlyMap<string, HeldPartition>,
): Pick<PartitionParts, "settle" | "confirm"> {
  const { storage, seen, known, lineage, takes, isRekey = false } = run;
  const keyId = run.keyId ?? known?.keyId;
  const next = newIdentity(lineage, keyId, seen?.put);
  let first: Promise<StateIdentity> | undefined;
  const requireKey = async (identity: StateIdentity | undefined) => {
    await requireFinished(identity, storage);
    if (!mayBegin(identity, run.keyId)) throw stateUnderOtherKey(run);
  };
  // The run may have waited for an approval, or another run may have created a part.
  const requireNoOtherPart = async () => {
    const state = { storage, keyId: run.keyId, lineage: seen?.lineage, except: held };
    requireNoPartLeft(run, (await readPartitionsAgain(state)).loaded);
  };
  const giveWay = async (own: HeldPartition, error: unknown) => {
    if (seen !== undefined) await own.settle(next, seen);
    throw error;
  };
  // Another run may have created, taken over or rekeyed the state since this run opened it.
  const confirm = async () => requireKey(await storage.identity(true));
  const settle = async (own: HeldPartition, isNewPartition: boolean) => {
    first ??= (async () => {
      const takesOver = takes && !isRekey;
      if (takesOver) await requireNoOtherPart();
      await run.beforeFirstWrite?.();
      const settled = await own.settle(seen, next);
      if (takesOver) await requireNoOtherPart().catch((error) => giveWay(own, error));
      return settled;
    })();
    const settled = await first;
    await requireKey(settled);
    if (isNewPartition) await confirm();
    return settled.lineage;
  };
  return { settle, confirm };
}

/** Throws the faults of all partitions if none is usable. */
async function loadHeld(
  held: ReadonlyMap<string, HeldPartition>,
  { staysReadable, ...state }: Omit<PartitionToRead, "manager"> & { readonly staysReadable: boolean },
): Promise<ReadPartitions> {
  const loaded = new Map<string, LoadedPartition>();
  const damaged = new Map<string, DiagnosticError>();
  for (const [manager, own] of held) {
    try {
      const open = staysReadable ? undefined : own.open?.();
      const part = await readPartition(await (open ?? own.read()), { ...state, manager });
      if (part !== undefined) loaded.set(manager, part);
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
    const part = loaded.get(manager);
    return new Partition({
      location: storage.describe(manager),
      keyId: keyId ?? part?.header.keyId ?? "",
      contents: part?.contents ?? new StateContents("", 0, false),
      held: own,
      log: own.log(part?.length ?? 0, part?.torn ?? false),
      isNewPartition: isBegun(part),
      ...{ lineage, settle, confirm, rewrites, minimumWaste },
    });
  };
  return new Map([...held].map(([manager, own]) => [manager, make(manager, own)]));
}
