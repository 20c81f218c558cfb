import { managerOf } from "../model/address";
import type { Diagnostic, DiagnosticError } from "../model/diagnostic";
import type { CompactedPartition } from "../model/state-listing";
import type { StateContents } from "./log/state-contents";
import type { Partition } from "./partition";
import { PartitionedView } from "./partitioned-view";
import type { AgentPatch, SavedPlanRecord, StateStore, WholeRecord } from "./port";
import type { StateIdentity } from "./state-identity";

export interface PartitionedStateParts {
  /** The identity from the note, at the start of the run. */
  readonly seen: StateIdentity | undefined;
  /** By manager: the partitions whose locks this run holds. */
  readonly held: ReadonlyMap<string, Partition>;
  /** By manager: the other partitions, as read at the start of the run. */
  readonly others: ReadonlyMap<string, StateContents>;
  readonly damaged: ReadonlyMap<string, DiagnosticError>;
  readonly flushPauseMs: number;
  /** Whether a write puts all held partitions under the run's key. */
  readonly takesOver: boolean;
  /** Writes the state's note; absent if the note must not change without another write. */
  readonly adopt?: (() => Promise<unknown>) | undefined;
  /** The warning that the run replaces the state's key, shown before the approval. */
  readonly replaced?: Diagnostic | undefined;
}

/** The state of a run. It writes the partitions whose locks it holds, and reads the others. */
export class PartitionedState extends PartitionedView implements StateStore {
  readonly flushPauseMs: number;
  readonly #held: ReadonlyMap<string, Partition>;
  readonly #adopt: PartitionedStateParts["adopt"];
  readonly replaced: Diagnostic | undefined;
  #takesOver: boolean;

  constructor(parts: PartitionedStateParts) {
    const { seen, held, others, damaged, flushPauseMs, takesOver, adopt, replaced } = parts;
    const own = [...held].map(([manager, { contents }]) => [manager, contents] as const);
    super(seen, new Map([...others, ...own]), damaged);
    this.#held = held;
    this.flushPauseMs = flushPauseMs;
    this.#adopt = adopt;
    this.replaced = replaced;
    this.#takesOver = takesOver;
  }

  mayWrite(manager: string): boolean {
    return this.#held.has(manager);
  }

  put(record: WholeRecord): void {
    this.#partition(record.manager).put(record);
  }

  patchAgent(address: string, patch: AgentPatch): void {
    this.#partition(patch.manager).patchAgent(address, patch);
  }

  drop(address: string): void {
    this.#partition(managerOf(address)).drop(address);
  }

  notePlan(manager: string, plan: SavedPlanRecord): void {
    this.#partition(manager).notePlan(plan);
  }

  recordedSerial(manager: string): number {
    return this.#held.get(manager)?.recordedSerial ?? this.serial(manager);
  }

  requireHeld(manager: string): Promise<void> {
    return this.#partition(manager).requireHeld();
  }

  async flush(managers: Iterable<string> = this.#held.keys()): Promise<void> {
    const unsettled = [...managers].map((name) => this.#partition(name)).filter((each) => each.isUnsettled);
    const takenOver = unsettled.length > 0 ? this.#takeOver() : [];
    await allSettled([...new Set([...unsettled, ...takenOver])].map((each) => each.flush()));
  }

  /** Rewrites each log without replaced entries. */
  async compact(): Promise<readonly CompactedPartition[]> {
    const compacted: CompactedPartition[] = [];
    for (const [manager, partition] of this.#held)
      compacted.push({ manager, ...(await partition.compact()) });
    return compacted;
  }

  /** Closes the partitions in the reverse order of their locks. */
  async close(): Promise<void> {
    const failures: unknown[] = [];
    for (const partition of [...this.#held.values()].reverse())
      await partition.close().catch((error) => failures.push(error));
    if (failures.length > 0) throw failures[0];
  }

  /**
   * Puts all held partitions under the run's key, even if there is nothing to write. The user has confirmed that key.
   */
  async takeOver(): Promise<void> {
    if (this.#adopt === undefined) return;
    await this.#adopt();
    await allSettled(this.#takeOver().map((each) => each.flush()));
  }

  /** Returns the other partitions to flush with the first write; empty after the first call. */
  #takeOver(): readonly Partition[] {
    if (!this.#takesOver) return [];
    this.#takesOver = false;
    for (const partition of this.#held.values()) partition.takeOver();
    return [...this.#held.values()].filter((each) => each.isUnsettled);
  }

  #partition(manager: string): Partition {
    const partition = this.#held.get(manager);
    if (partition === undefined) throw new Error(`this run holds no lock of ${manager}'s state`);
    return partition;
  }
}

/** Waits for all, and rejects with the first failure. */
async function allSettled(all: readonly Promise<void>[]): Promise<void> {
  for (const ended of await Promise.allSettled(all)) if (ended.status === "rejected") throw ended.reason;
}
