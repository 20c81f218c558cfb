import { managerOf } from "../model/address";
import type { Diagnostic, DiagnosticError } from "../model/diagnostic";
import type { CompactedPartition } from "../model/state-listing";
import type { StateContents } from "./log/state-contents";
import type { Partition } from "./partition";
import { PartitionedView } from "./partitioned-view";
import type { AgentPatch, SavedPlanRecord, StateStore, WholeRecord } from "./port";
import type { StateIdentity } from "./state-identity";

export interface PartitionedStateParts {
  /** The note of its identity, as it was when the run began. */
  readonly seen: StateIdentity | undefined;
  /** By manager: the partitions whose locks this run holds. */
  readonly held: ReadonlyMap<string, Partition>;
  /** By manager: what the other partitions say, as it was when the run began. */
  readonly others: ReadonlyMap<string, StateContents>;
  readonly damaged: ReadonlyMap<string, DiagnosticError>;
  readonly flushPauseMs: number;
  /** Whether a write puts all that the run holds under its key. */
  readonly takesOver: boolean;
  /** Puts the note of the state's key in place; absent where that is not to be changed without a write. */
  readonly adopt?: () => Promise<unknown>;
  /** What to say of a key that the run replaces, before anybody approves it. */
  readonly replaced?: Diagnostic;
}

/** The state of a run: it writes the partitions whose locks it holds, and sees the others. */
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

  verify(manager: string): Promise<void> {
    return this.#partition(manager).verify();
  }

  async flush(managers: Iterable<string> = this.#held.keys()): Promise<void> {
    const unsettled = [...managers].map((name) => this.#partition(name)).filter((each) => each.isUnsettled);
    const takenOver = unsettled.length > 0 ? this.#takeOver() : [];
    await allSettled([...new Set([...unsettled, ...takenOver])].map((each) => each.flush()));
  }

  /** Writes each log anew, without what was replaced. */
  async compact(): Promise<readonly CompactedPartition[]> {
    const compacted: CompactedPartition[] = [];
    for (const [manager, partition] of this.#held)
      compacted.push({ manager, ...(await partition.compact()) });
    return compacted;
  }

  /** In the reverse of the order in which they were locked. */
  async close(): Promise<void> {
    const failures: unknown[] = [];
    for (const partition of [...this.#held.values()].reverse())
      await partition.close().catch((error) => failures.push(error));
    if (failures.length > 0) throw failures[0];
  }

  /** Where somebody said that the state goes on under the run's key: puts all that the run holds under it, although nothing is written. */
  async takeOver(): Promise<void> {
    if (this.#adopt === undefined) return;
    await this.#adopt();
    await allSettled(this.#takeOver().map((each) => each.flush()));
  }

  /** Once: what else is to be flushed with the first write. */
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

/** Waits for all of them, and rejects with the first failure. */
async function allSettled(all: readonly Promise<void>[]): Promise<void> {
  for (const ended of await Promise.allSettled(all)) if (ended.status === "rejected") throw ended.reason;
}
