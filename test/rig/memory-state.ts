import { bodyOfPatch, encodeBody } from "../../src/state/log/fingerprint-body";
import type { LogEntry } from "../../src/state/log/log-entry";
import { patchedRecord, StateContents } from "../../src/state/log/state-contents";
import type {
  AgentPatch,
  ExpectedFingerprints,
  SavedPlanRecord,
  StateRecord,
  StateStore,
  WholeRecord,
} from "../../src/state/port";

/**
 * A state that lives as long as the process, for those who keep what was written elsewhere and hand it in: one
 * resource of a caller's own can so be planned and applied alone. Nothing is durable, and there is no lock.
 */
export class MemoryState implements StateStore {
  readonly lineage: string;
  readonly #contents: StateContents;

  constructor(lineage: string) {
    this.lineage = lineage;
    this.#contents = new StateContents(lineage, 0, false);
  }

  serial(): number {
    return this.#contents.serial;
  }

  recordedSerial(): number {
    return this.#contents.serial;
  }

  readonly flushPauseMs = 0;

  async requireHeld(): Promise<void> {}

  mayWrite(): boolean {
    return true;
  }

  record(address: string): StateRecord | undefined {
    return this.#contents.record(address);
  }

  records(): Iterable<StateRecord> {
    return this.#contents.records();
  }

  fingerprints(agentAddress: string, of?: readonly string[]) {
    return this.#contents.fingerprints(agentAddress, of);
  }

  unexpected(agentAddress: string, expected: ExpectedFingerprints) {
    return this.#contents.unexpected(agentAddress, expected);
  }

  withoutFingerprints(agentAddress: string) {
    return this.#contents.withoutFingerprints(agentAddress);
  }

  plans(): readonly SavedPlanRecord[] {
    return this.#contents.plans();
  }

  put(record: WholeRecord): void {
    this.#apply((serial) => ({ op: "put", serial, record }));
  }

  versions(agentAddress: string, of?: readonly string[]) {
    return this.#contents.versions(agentAddress, of);
  }

  patchAgent(address: string, patch: AgentPatch): void {
    const body = bodyOfPatch(patch);
    const record = patchedRecord(address, patch, this.#contents.countWith(address, body));
    const serial = ++this.#contents.serial;
    this.#contents.applyPatch({ op: "patch", serial, record }, { body, bytes: encodeBody(body) }, 0);
  }

  drop(address: string): void {
    if (this.record(address)) this.#apply((serial) => ({ op: "drop", serial, address }));
  }

  notePlan(_manager: string, plan: SavedPlanRecord): void {
    this.#apply((serial) => ({ op: "plan", serial, plan }));
  }

  async flush(): Promise<void> {}

  async close(): Promise<void> {}

  #apply(entryFor: (serial: number) => LogEntry): void {
    const entry = entryFor(this.#contents.serial + 1);
    this.#contents.serial = entry.serial;
    this.#contents.apply(entry, Buffer.alloc(0), 0);
  }
}
