import { DiagnosticError, failure } from "../model/diagnostic";
import { fileFault } from "../platform/file-fault";
import { encodeWritten } from "./log/body-pattern";
import { compactedLines } from "./log/compacted-lines";
import { bodyOfPatch, type EncodedBody, encodeBody, share } from "./log/fingerprint-body";
import { entryToHead, LOG_FORMAT, LOG_VERSION, type LogEntry } from "./log/log-entry";
import { encodeLine } from "./log/log-line";
import { type KeptRecord, patchedRecord, type StateContents } from "./log/state-contents";
import type { AgentPatch, SavedPlanRecord, WholeRecord } from "./port";
import type { HeldPartition, PartitionLog } from "./storage";

const NO_BODY = Buffer.alloc(0);

export interface PartitionParts {
  /** The location, for messages. */
  readonly location: string;
  readonly keyId: string;
  /** The state's lineage, for a new partition. */
  readonly lineage: string;
  readonly contents: StateContents;
  readonly held: HeldPartition;
  readonly log: PartitionLog;
  /** Whether the partition contains nothing yet that depends on a key. */
  readonly isNewPartition: boolean;
  /** Whether the first write creates a new log. */
  readonly rewrites: boolean;
  /** A log with fewer dead bytes is not compacted. */
  readonly minimumWaste: number;
  /**
   * Called before the first write; resolves to the state's lineage. `isNewPartition`: the write creates the
   * partition.
   */
  readonly settle: (held: HeldPartition, isNewPartition: boolean) => Promise<string>;
  /** Called after the first write of a new partition. Rejects if the state got another key meanwhile. */
  readonly confirm: () => Promise<void>;
}

/** The part of the state that belongs to one manager, while this run holds its lock. */
export class Partition {
  readonly contents: StateContents;
  readonly #parts: PartitionParts;
  /** Lines that the storage does not have yet. */
  #pending: Buffer[] = [];
  /** The next write creates a new log: there is none yet, it is under another key, or it has to be rewritten. */
  #needsNewLog: boolean;
  /** The next flush compacts the log, even if there is nothing to write. */
  #isCompacting = false;
  #mayCompact = true;
  #hasWritten = false;
  #recordedSerial: number;
  /** The latest intent or map of entries, which most agents of a fleet share. */
  #common: (EncodedBody & { readonly entries: object }) | undefined;
  /** The saved plan that this run applies. */
  #ownPlan: string | undefined;
  #running: Promise<void> | undefined;
  #next: Promise<void> | undefined;
  #failure: DiagnosticError | undefined;
  #closed: Promise<void> | undefined;

  constructor(parts: PartitionParts) {
    this.#parts = parts;
    this.contents = parts.contents;
    this.#recordedSerial = parts.contents.serial;
    this.#needsNewLog = parts.rewrites || parts.log.length === 0;
  }

  /** Whether a flush would write, or reject. */
  get isUnsettled(): boolean {
    return (
      this.#pending.length > 0 ||
      this.#isCompacting ||
      this.#running !== undefined ||
      this.#failure !== undefined
    );
  }

  /** Entries up to this serial are durable. */
  get recordedSerial(): number {
    return this.#recordedSerial;
  }

  put(record: WholeRecord): void {
    this.#write((serial) => ({ op: "put", serial, record }));
  }

  patchAgent(address: string, patch: AgentPatch): void {
    const encodedBody = this.#encoded(patch);
    this.#write((serial) => {
      const count = this.contents.countWith(address, encodedBody.body);
      return { op: "patch", serial, record: patchedRecord(address, patch, count) };
    }, encodedBody);
  }

  #encoded(patch: AgentPatch): EncodedBody {
    const entries = commonEntries(patch);
    if (entries === undefined) return encoded(patch);
    if (this.#common?.entries === entries) share(this.#common);
    else this.#common = { entries, ...encoded(patch) };
    return this.#common;
  }

  drop(address: string): void {
    if (this.contents.record(address) !== undefined)
      this.#write((serial) => ({ op: "drop", serial, address }));
  }

  notePlan(plan: SavedPlanRecord): void {
    this.#ownPlan = plan.id;
    this.#write((serial) => ({ op: "plan", serial, plan }));
  }

  async requireHeld(): Promise<void> {
    if (this.#failure !== undefined) throw this.#failure;
    await this.#parts.held.requireHeld();
  }

  /** Makes the next flush put the part under the run's key, even if there is nothing else to write. */
  takeOver(): void {
    if (!this.contents.forgetForeign()) return;
    this.#needsNewLog = true;
    this.#isCompacting = true;
  }

  /** Rewrites the log without replaced entries. Resolves to its size before and after, in bytes. */
  async compact(): Promise<{ readonly before: number; readonly after: number }> {
    const before = this.#parts.log.length;
    if (before > 0) {
      this.#needsNewLog = true;
      this.#isCompacting = true;
      await this.flush();
    }
    return { before, after: this.#parts.log.length };
  }

  /** Calls during a write share the next write and its fsync. */
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
      if (this.isUnsettled) await this.flush();
    } finally {
      // Flushed entries are durable, even if closing the handle fails.
      await this.#parts.log.close().catch(() => undefined);
      await this.#parts.held.release();
    }
  }

  #write(entryFor: (serial: number) => LogEntry, body?: EncodedBody): void {
    if (this.#closed !== undefined) throw new Error("the state was written after it was closed");
    if (this.contents.lineage === "") this.contents.lineage = this.#parts.lineage;
    if (this.contents.forgetForeign()) this.#needsNewLog = true;
    for (const plan of this.contents.plans()) {
      if (plan.status !== "applying" || plan.id === this.#ownPlan) continue;
      this.#append((serial) => ({ op: "plan", serial, plan: { ...plan, status: "superseded" } }));
    }
    this.#append(entryFor, body);
  }

  #append(entryFor: (serial: number) => LogEntry, body?: EncodedBody): void {
    const entry = entryFor(this.contents.serial + 1);
    const line = encodeLine(entryToHead(entry), body?.bytes);
    this.contents.serial = entry.serial;
    if (entry.op === "patch" && body) this.contents.applyPatch(entry, body, line.length);
    else this.contents.apply(entry, NO_BODY, line.length);
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
      // After a failed fsync the content of the device is unknown, and a retry on the same file could succeed wrongly.
      this.#failure = error instanceof DiagnosticError ? error : unwritableLog(this.#parts.location, error);
      throw this.#failure;
    } finally {
      if (this.#running === own) this.#running = undefined;
    }
  }

  async #commit(): Promise<void> {
    await this.#parts.held.requireHeld();
    if (this.#pending.length === 0 && !this.#isCompacting) return;
    this.#isCompacting = false;
    const isFirst = !this.#hasWritten;
    if (isFirst) await this.#prepare();
    this.#hasWritten = true;
    const { serial } = this.contents;
    const lines = this.#pending;
    this.#pending = [];
    if (this.#needsNewLog) {
      this.#needsNewLog = false;
      await this.#install(await this.#draft());
    } else if (this.#isWasteful(lines)) {
      await this.#compact(lines);
    } else {
      await this.#parts.log.append(lines);
    }
    this.#recordedSerial = serial;
    if (isFirst && this.#parts.isNewPartition) await this.#parts.confirm();
  }

  async #prepare(): Promise<void> {
    const { held, isNewPartition, settle } = this.#parts;
    this.contents.lineage = await settle(held, isNewPartition);
  }

  #isWasteful(lines: readonly Buffer[]): boolean {
    const bytes = lines.reduce((sum, line) => sum + line.length, this.#parts.log.length);
    const live = this.contents.liveBytes;
    const dead = bytes - live;
    return this.#mayCompact && dead > live && dead > this.#parts.minimumWaste;
  }

  async #compact(lines: readonly Buffer[]): Promise<void> {
    let draft: Draft;
    try {
      draft = await this.#draft();
    } catch {
      // The log itself is complete and can be appended to, so a full disk does not have to stop the run.
      this.#mayCompact = false;
      return this.#parts.log.append(lines);
    }
    await this.#install(draft);
  }

  /** Writes all entries so far, including those of the running commit, to a new file. */
  async #draft(): Promise<Draft> {
    const { lineage, serial } = this.contents;
    const whole = { records: this.contents.snapshot(), plans: this.contents.plans() };
    const replaced: [from: KeptRecord, to: KeptRecord][] = [];
    const header = { format: LOG_FORMAT, version: LOG_VERSION, lineage, keyId: this.#parts.keyId } as const;
    const lines = compactedLines({ ...header, serial }, whole, (from, to) => replaced.push([from, to]));
    const length = await this.#parts.log.draft(lines);
    return { length, replaced };
  }

  async #install({ length, replaced }: Draft): Promise<void> {
    await this.#parts.held.requireHeld();
    await this.#parts.log.install(length);
    for (const [from, to] of replaced) this.contents.replace(from, to);
  }
}

/** What decides about the whole body, and may be that of other agents as well. */
function commonEntries({ intends, set, unset, versions }: AgentPatch): object | undefined {
  const isOnlySet = set instanceof Map && versions === undefined && isEmpty(unset);
  return intends ?? (isOnlySet ? set : undefined);
}

function isEmpty(unset: AgentPatch["unset"]): boolean {
  return Array.isArray(unset) && unset.length === 0;
}

function encoded(patch: AgentPatch): EncodedBody {
  const { set, unset, versions, intends } = patch;
  const isWritten = intends === undefined && isEmpty(unset) && (versions?.size ?? 0) === 0;
  if (isWritten && "writeAt" in set) return encodeWritten(set);
  const body = bodyOfPatch(patch);
  return { body, bytes: encodeBody(body) };
}

interface Draft {
  readonly length: number;
  readonly replaced: readonly [from: KeptRecord, to: KeptRecord][];
}

/** The error after which a run no longer writes to this partition. */
export function unwritableLog(location: string, error: unknown): DiagnosticError {
  return failure(
    {
      code: "state-unwritable",
      summary: `the state in ${location} cannot be written: ${fileFault(error)}`,
      remedy:
        "fix the cause and run the command again: what was not recorded is observed and planned once more",
    },
    { cause: error },
  );
}
