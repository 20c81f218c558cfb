import type { DiagnosticError } from "../model/diagnostic";
import { holdAll, releaseAll } from "./hold-all";
import { StateContents } from "./log/state-contents";
import { newLineage } from "./new-lineage";
import { Partition } from "./partition";
import { PartitionedState } from "./partitioned-state";
import type { StateStore } from "./port";
import {
  isDamage,
  type LoadedPartition,
  type PartitionToRead,
  readPartition,
  reportForeign,
  reportTorn,
} from "./read-partition";
import { contentsOf, type ReadPartitions, readPartitions } from "./read-state";
import { requireKeyOfState } from "./require-own-key";
import type { HeldPartition, LockRequest, Storage } from "./storage";

const MINIMUM_WASTE = 1 << 20;

export interface OpenStateOptions extends LockRequest {
  readonly storage: Storage;
  /** The managers whose partitions are to be locked: the run may write what is of them. */
  readonly managers: readonly string[];
  /** Names the key that fingerprints are made under; absent where none is made or compared. */
  readonly keyId?: string | undefined;
  /** Names it in its place, once the locks are held. */
  readonly settleKey?: () => Promise<string>;
  /** Called once the locks are held, before the first write: makes what the state will refer to. */
  readonly beforeFirstWrite?: () => Promise<void>;
  /** What this run writes takes the place of each partition's log: all of it, or nothing. */
  readonly rewrites?: boolean;
  /** Dead bytes below which a log is not compacted; 1 MiB by default. */
  readonly minimumWaste?: number;
}

/** The state of a run, and what is wrong with the partitions that cannot be read. */
export type OpenState = StateStore & Pick<PartitionedState, "damaged" | "compact">;

/**
 * Opens the state for writing: takes the locks of the managers' partitions, in the order of their names, and loads them.
 * A damaged partition stops its own manager: its lock is released, and the state is opened without it.
 * Rejects with a `DiagnosticError` (`state-locked`, `state-unwritable`, `state-unreadable`, `state-shared`), and where none of
 * the partitions can be used with what is wrong with them (`state-corrupted`).
 */
export async function openState(options: OpenStateOptions): Promise<OpenState> {
  const held = await holdAll(options);
  try {
    return await load(options, held);
  } catch (error) {
    await releaseAll(held.values());
    throw error;
  }
}

async function load(options: OpenStateOptions, held: Map<string, HeldPartition>): Promise<OpenState> {
  const { storage, report } = options;
  const keyId = options.settleKey ? await options.settleKey() : options.keyId;
  const lineage = await storage.lineage();
  const own = await loadHeld(held, { storage, keyId, lineage });
  const managers = [...held.keys()];
  const begins = managers.some((manager) => !own.loaded.has(manager) && !own.damaged.has(manager));
  if (begins && keyId !== undefined)
    await requireKeyOfState({ storage: storage.whole ?? storage, managers, lineage, keyId, ...own });
  for (const manager of own.damaged.keys()) await held.get(manager)?.release();
  const others = await readPartitions({ storage, keyId, lineage, except: held });
  const loaded = new Map([...own.loaded, ...others.loaded]);
  for (const [manager, { torn }] of own.loaded) if (torn) reportTorn(storage.describe(manager), report);
  reportForeign(loaded, storage, report);
  const all = { keyId, lineage: lineage ?? lineageIn(loaded) ?? newLineage(options.random, keyId) };
  const usable = [...held].filter(([manager]) => !own.damaged.has(manager));
  return new PartitionedState({
    lineage: lineage ?? "",
    held: partitionsOf(new Map(usable), own.loaded, { ...options, ...all }),
    others: contentsOf(others.loaded),
    damaged: new Map([...own.damaged, ...others.damaged]),
    flushPauseMs: storage.flushPauseMs,
  });
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
  options: OpenStateOptions & { readonly lineage: string },
): ReadonlyMap<string, Partition> {
  const { storage, keyId, lineage, rewrites = false, minimumWaste = MINIMUM_WASTE } = options;
  const beforeFirstWrite = once(async () => options.beforeFirstWrite?.());
  const make = (manager: string, own: HeldPartition) => {
    const found = loaded.get(manager);
    return new Partition({
      location: storage.describe(manager),
      keyId: keyId ?? found?.header.keyId ?? "",
      contents: found?.contents ?? new StateContents("", 0, false),
      held: own,
      log: own.log(found?.length ?? 0, found?.torn ?? false),
      ...{ lineage, rewrites, minimumWaste, beforeFirstWrite },
    });
  };
  return new Map([...held].map(([manager, own]) => [manager, make(manager, own)]));
}

/** The state's own, where only the note of it was lost. */
function lineageIn(loaded: ReadonlyMap<string, LoadedPartition>): string | undefined {
  for (const { header } of loaded.values()) return header.lineage;
  return undefined;
}

function once(work: () => Promise<void>): () => Promise<void> {
  let done: Promise<void> | undefined;
  return () => {
    done ??= work();
    return done;
  };
}
