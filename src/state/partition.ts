import { DiagnosticError } from "../model/diagnostic";
import type { Random } from "../platform/random";
import { encodeBody } from "./log/fingerprint-body";
import type { HeldLock } from "./local/held-lock";
import { entryToHead, LOG_FORMAT, LOG_VERSION, type LogEntry } from "./log/log-entry";
import { type LogFile, unwritableLog } from "./local/log-file";
import { encodeLine } from "./log/log-line";
import type {
  AgentPatch,
  KeyFingerprints,
  KeyVersions,
  SavedPlanRecord,
  StateRecord,
  StateStore,
  WholeRecord,
} from "./port";
import { type KeptRecord, patchedRecord, type StateContents } from "./log/state-contents";

export interface LocalStateParts {
  readonly folder: string;
  readonly keyId: string;
  readonly contents: StateContents;
  readonly log: LogFile;
  readonly lock: HeldLock;
  readonly random: Random;
  /** Whether the first write makes a new file. */
  readonly rewrites: boolean;
  /** Dead bytes below which a log is left as it is. */
  readonly minimumWaste: number;
  readonly beforeFirstWrite: () => Promise<void>;
}

/** The state of a run that holds the lock, in a log file. */
export class LocalState implements StateStore {
  readonly #parts: LocalStateParts;
  readonly #contents: StateContents;
  /** Lines not yet handed to the device. */
  #pending: Buffer[] = [];
  /** There is no log yet, it is under another key, or it is to be rewritten: the next write makes a new file. */
  #needsNewFile: boolean;
  #mayCompact = true;
  #hasWritten = false;
  /** The saved plan that this run applies. */
  #ownPlan: string | undefined;
  #running: Promise<void> | undefined;
  #next: Promise<void> | undefined;
  #failure: DiagnosticError | undefined;
  #closed: Promise<void> | undefined;

  constructor(parts: LocalStateParts) {
    this.#parts = parts;
    this.#contents = parts.contents;
    this.#needsNewFile = parts.rewrites || parts.log.length === 0;
  }

  get lineage(): string {
    return this.#contents.lineage;
  }

  get serial(): number {
    return this.#contents.serial;
  }

  record(address: string): StateRecord | undefined {
    return this.#contents.record(address);
  }

  records(): Iterable<StateRecord> {
    return this.#contents.records();
  }

  fingerprints(agentAddress: string): KeyFingerprints {
    return this.#contents.fingerprints(agentAddress);
  }

  plans(): readonly SavedPlanRecord[] {
    return this.#contents.plans();
  }

  put(record: WholeRecord): void {
    this.#write((serial) => ({ op: "put", serial, record }));
  }

  versions(agentAddress: string): KeyVersions {
    return this.#contents.versions(agentAddress);
  }

  patchAgent(address: string, patch: AgentPatch): void {
    const body = encodeBody(patch.set, patch.unset, patch.versions);
    this.#write((serial) => {
      const count = this.#contents.countWith(address, body);
      return { op: "patch", serial, record: patchedRecord(address, patch, count) };
    }, body);
  }

  drop(address: string): void {
    if (this.record(address) !== undefined) this.#write((serial) => ({ op: "drop", serial, address }));
  }

  notePlan(plan: SavedPlanRecord): void {
    this.#ownPlan = plan.id;
    this.#write((serial) => ({ op: "plan", serial, plan }));
  }

  /** Callers that come while a write is on its way share the next one: one write and one fsync for all of them. */
  flush(): Promise<void> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure);
    if (this.#pending.length === 0 && this.#running !== undefined) return this.#running;
    this.#next ??= this.#commitAfter(this.#running);
    return this.#next;
  }

  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    try {
      await this.flush();
    } finally {
      // What was flushed is durable; an error of closing the handle tells nothing about it.
      await this.#parts.log.close().catch(() => undefined);
      await this.#parts.lock.release();
    }
  }

  #write(entryFor: (serial: number) => LogEntry, body?: Buffer): void {
    if (this.#closed !== undefined) throw new Error("the state was written after it was closed");
    if (this.#contents.lineage === "") this.#contents.lineage = this.#parts.random.bytes(16).toString("hex");
    if (this.#contents.forgetForeign()) this.#needsNewFile = true;
    for (const plan of this.plans()) {
      if (plan.status !== "applying" || plan.id === this.#ownPlan) continue;
      this.#append((serial) => ({ op: "plan", serial, plan: { ...plan, status: "superseded" } }));
    }
    this.#append(entryFor, body);
  }

  #append(entryFor: (serial: number) => LogEntry, body?: Buffer): void {
    const entry = entryFor(this.#contents.serial + 1);
    const line = encodeLine(entryToHead(entry), body);
    this.#contents.serial = entry.serial;
    this.#contents.apply(entry, body ?? Buffer.alloc(0), line.length);
    this.#pending.push(line);
  }

  async #commitAfter(running: Promise<void> | undefined): Promise<void> {
    await running;
    const own = this.#next;
    this.#running = own;
    this.#next = undefined;
    try {
      await this.#commit();
    } catch (error) {
      // After a failed fsync nobody knows what the device holds: trying again on the same file could lie.
      this.#failure = error instanceof DiagnosticError ? error : unwritableLog(this.#parts.folder, error);
      throw this.#failure;
    } finally {
      if (this.#running === own) this.#running = undefined;
    }
  }

  async #commit(): Promise<void> {
    await this.#parts.lock.verify();
    if (this.#pending.length === 0) return;
    if (!this.#hasWritten) await this.#parts.beforeFirstWrite();
    this.#hasWritten = true;
    const lines = this.#pending;
    this.#pending = [];
    if (this.#needsNewFile) {
      this.#needsNewFile = false;
      await this.#install(await this.#draft());
    } else if (this.#isWasteful(lines)) {
      await this.#compact(lines);
    } else {
      await this.#parts.log.append(lines);
    }
  }

  #isWasteful(lines: readonly Buffer[]): boolean {
    const bytes = lines.reduce((sum, line) => sum + line.length, this.#parts.log.length);
    const live = this.#contents.liveBytes;
    const dead = bytes - live;
    return this.#mayCompact && dead > live && dead > this.#parts.minimumWaste;
  }

  async #compact(lines: readonly Buffer[]): Promise<void> {
    let draft: Draft;
    try {
      draft = await this.#draft();
    } catch {
      // The log itself is whole and can be appended to, so that a full disk need not stop the run here.
      this.#mayCompact = false;
      return this.#parts.log.append(lines);
    }
    await this.#install(draft);
  }

  /** Everything written so far, `lines` of the running commit included, as a new file. */
  async #draft(): Promise<Draft> {
    const { lineage, serial } = this.#contents;
    const [records, plans] = [this.#contents.snapshot(), this.#contents.plans()];
    const replaced: [from: KeptRecord, to: KeptRecord][] = [];
    const header = { format: LOG_FORMAT, version: LOG_VERSION, lineage, keyId: this.#parts.keyId } as const;
    const length = await this.#parts.log.draft(
      { ...header, serial, entries: records.length + plans.length },
      { records, plans },
      (from, to) => replaced.push([from, to]),
    );
    return { length, replaced };
  }

  async #install({ length, replaced }: Draft): Promise<void> {
    await this.#parts.lock.verify();
    await this.#parts.log.install(length);
    for (const [from, to] of replaced) this.#contents.replace(from, to);
  }
}

interface Draft {
  readonly length: number;
  readonly replaced: readonly [from: KeptRecord, to: KeptRecord][];
}
