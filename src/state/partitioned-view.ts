import { managerOf } from "../model/address";
import type { DiagnosticError } from "../model/diagnostic";
import type { StateContents } from "./log/state-contents";
import type {
  ExpectedFingerprints,
  KeyFingerprints,
  KeyVersions,
  SavedPlanRecord,
  StateRecord,
  StateView,
} from "./port";
import type { StateIdentity } from "./state-identity";

const NO_KEYS = new Map<string, never>();

/** All partitions as one state. */
export class PartitionedView implements StateView {
  readonly #lineage: string;
  /** By manager. */
  readonly #contents: ReadonlyMap<string, StateContents>;
  /** By manager: the fault of an unreadable partition. */
  readonly damaged: ReadonlyMap<string, DiagnosticError>;
  readonly putId: string | undefined;

  constructor(
    seen: StateIdentity | undefined,
    contents: ReadonlyMap<string, StateContents>,
    damaged: ReadonlyMap<string, DiagnosticError>,
  ) {
    this.#lineage = seen?.lineage ?? "";
    this.putId = seen?.put?.id;
    this.#contents = contents;
    this.damaged = damaged;
  }

  /** The lineage of the partitions, once a run has written the first one. */
  get lineage(): string {
    if (this.#lineage !== "") return this.#lineage;
    for (const { lineage } of this.#contents.values()) if (lineage !== "") return lineage;
    return "";
  }

  serial(manager: string): number {
    return this.#contents.get(manager)?.serial ?? 0;
  }

  record(address: string): StateRecord | undefined {
    return this.#of(address)?.record(address);
  }

  *records(): Iterable<StateRecord> {
    for (const contents of this.#contents.values()) yield* contents.records();
  }

  fingerprints(agentAddress: string, of?: readonly string[]): KeyFingerprints {
    return this.#of(agentAddress)?.fingerprints(agentAddress, of) ?? NO_KEYS;
  }

  unexpected(agentAddress: string, expected: ExpectedFingerprints): KeyFingerprints | undefined {
    return this.#of(agentAddress)?.unexpected(agentAddress, expected);
  }

  withoutFingerprints(agentAddress: string): KeyFingerprints {
    return this.#of(agentAddress)?.withoutFingerprints(agentAddress) ?? NO_KEYS;
  }

  versions(agentAddress: string, of?: readonly string[]): KeyVersions {
    return this.#of(agentAddress)?.versions(agentAddress, of) ?? NO_KEYS;
  }

  plans(manager: string): readonly SavedPlanRecord[] {
    return this.#contents.get(manager)?.plans() ?? [];
  }

  #of(address: string): StateContents | undefined {
    return this.#contents.get(managerOf(address));
  }
}
