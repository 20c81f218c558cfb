import {
  type AgentPatch,
  type AgentRecord,
  isFingerprint,
  type KeyFingerprints,
  type KeyVersions,
  type SavedPlanRecord,
  type StateRecord,
} from "../port";
import {
  type AgentKeys,
  applyBody,
  type Body,
  bodyOf,
  encodeBody,
  joinBodies,
  mergeBodies,
  withoutFingerprints,
} from "./fingerprint-body";
import type { LogEntry } from "./log-entry";
import { countAfter, mergeBodiesFor } from "./some-keys";

/** Longer chains of bodies are merged, so that reading one agent stays cheap however often it was patched. */
const LONGEST_CHAIN = 16;
/** Those that an apply has under work. More of them would outlive many collections of garbage, for nothing. */
const PARSED_AT_ONCE = 32;
/** So many keys are found in the bytes of a body in less time than it takes to parse it. */
const FEW_KEYS = 16;
/** Older plans are stale by their serial; what is kept of the latest only says so in better words. */
const KEPT_PLANS = 16;

/** One record as it is kept in memory. Never modified, so that a list of them is a snapshot. */
export interface KeptRecord {
  readonly record: StateRecord;
  /** An agent's unparsed bodies, oldest first; empty for the other kinds. */
  readonly bodies: readonly Buffer[];
  /** About what the record would take in a rewritten log. */
  readonly liveBytes: number;
}

interface ParsedAgent {
  readonly bodies: readonly Buffer[];
  readonly merged: AgentKeys;
}

/** One partition in memory: what the log's entries add up to. */
export class StateContents {
  lineage: string;
  serial: number;
  /** Bytes that a rewritten log would have, about. */
  liveBytes = 0;
  readonly #records = new Map<string, KeptRecord>();
  /** By ID, the latest last. */
  readonly #plans = new Map<string, SavedPlanRecord>();
  readonly #parsed = new Map<string, ParsedAgent>();
  /** The log was written under another key: its fingerprints mean nothing under ours. */
  #foreign: boolean;

  constructor(lineage: string, serial: number, foreign: boolean) {
    this.lineage = lineage;
    this.serial = serial;
    this.#foreign = foreign;
  }

  record(address: string): StateRecord | undefined {
    return this.#records.get(address)?.record;
  }

  *records(): Iterable<StateRecord> {
    for (const kept of this.#records.values()) yield kept.record;
  }

  plans(): readonly SavedPlanRecord[] {
    return [...this.#plans.values()];
  }

  fingerprints(agentAddress: string, of?: readonly string[]): KeyFingerprints {
    const { fingerprints } = this.#entries(agentAddress, of);
    return this.#foreign ? withoutFingerprints(fingerprints) : fingerprints;
  }

  versions(agentAddress: string, of?: readonly string[]): KeyVersions {
    return this.#entries(agentAddress, of).versions;
  }

  /** At least those of these keys. */
  #entries(agentAddress: string, of: readonly string[] | undefined): AgentKeys {
    const bodies = this.#records.get(agentAddress)?.bodies ?? [];
    if (of === undefined || of.length > FEW_KEYS) return this.#merged(agentAddress, bodies);
    return this.#parsedNow(agentAddress, bodies) ?? mergeBodiesFor(bodies, of, agentAddress);
  }

  #parsedNow(agentAddress: string, bodies: readonly Buffer[]): AgentKeys | undefined {
    const known = this.#parsed.get(agentAddress);
    return known?.bodies === bodies ? known.merged : undefined;
  }

  /** An agent under work is asked for several times in a row; the latest few are kept parsed. */
  #merged(agentAddress: string, bodies: readonly Buffer[]): AgentKeys {
    const known = this.#parsedNow(agentAddress, bodies);
    if (known) return known;
    const merged = mergeBodies(bodies, agentAddress);
    this.#keepParsed(agentAddress, { bodies, merged });
    return merged;
  }

  #keepParsed(agentAddress: string, parsed: ParsedAgent): void {
    this.#parsed.delete(agentAddress);
    this.#parsed.set(agentAddress, parsed);
    if (this.#parsed.size <= PARSED_AT_ONCE) return;
    for (const oldest of this.#parsed.keys()) {
      this.#parsed.delete(oldest);
      return;
    }
  }

  /** Takes one entry in. `bytes` is the length of its line. */
  apply(entry: LogEntry, body: Buffer, bytes: number): void {
    if (entry.op === "drop") {
      this.#keep(entry.address, undefined);
      return;
    }
    if (entry.op === "plan") {
      this.#keepPlan(entry.plan);
      return;
    }
    const record = this.#foreign ? withoutKeyed(entry.record) : entry.record;
    const before = this.#records.get(record.address);
    const earlier = entry.op === "patch" && before?.record.kind === "agent" ? before : undefined;
    this.#keep(record.address, {
      record,
      bodies: entry.op === "patch" ? extend(earlier?.bodies ?? [], body) : [],
      // The longest line stands for the merged one: to know that one's length, every body would have to be parsed.
      liveBytes: Math.max(earlier?.liveBytes ?? 0, bytes),
    });
  }

  /** How many keys an agent would own with one more body. */
  countWith(agentAddress: string, body: Body): number {
    const record = this.record(agentAddress);
    const { fingerprints } = this.#entries(agentAddress, [...Object.keys(body.set), ...body.unset]);
    return countAfter(record?.kind === "agent" ? record.count : 0, fingerprints, body);
  }

  /** Takes in a patch whose `body` makes the entry's bytes, so that nobody has to parse what was just written. */
  applyPatch(entry: LogEntry & { readonly op: "patch" }, body: Body, bytes: Buffer, length: number): void {
    const { address, count } = entry.record;
    const parsed = this.#parsedNow(address, this.#records.get(address)?.bodies ?? []);
    this.apply(entry, bytes, length);
    const kept = this.#records.get(address);
    if (kept === undefined) return;
    // What sets every key leaves nothing of the bodies before it.
    const isAll = Object.keys(body.set).length === count;
    const bodies = isAll ? [bytes] : kept.bodies;
    if (isAll) this.#records.set(address, { ...kept, bodies });
    if (parsed === undefined) return;
    applyBody(parsed, body);
    this.#keepParsed(address, { bodies, merged: parsed });
  }

  /** Before the first write under a new key: every fingerprint of the old one is given up, so that keys never mix. */
  forgetForeign(): boolean {
    if (!this.#foreign) return false;
    for (const [address, kept] of this.#records) {
      if (kept.record.kind !== "agent") continue;
      const bodies = [encodeBody(bodyOf(this.fingerprints(address), [], this.versions(address)))];
      this.#records.set(address, { ...kept, bodies });
    }
    this.#foreign = false;
    return true;
  }

  snapshot(): readonly KeptRecord[] {
    return [...this.#records.values()];
  }

  /** Puts a rewritten record in the place of the one it was made from, unless that changed meanwhile. */
  replace(from: KeptRecord, to: KeptRecord): void {
    if (this.#records.get(from.record.address) === from) this.#keep(from.record.address, to);
  }

  #keepPlan(plan: SavedPlanRecord): void {
    this.#plans.delete(plan.id);
    this.#plans.set(plan.id, plan);
    const [oldest] = this.#plans.keys();
    if (this.#plans.size > KEPT_PLANS && oldest !== undefined) this.#plans.delete(oldest);
  }

  #keep(address: string, kept: KeptRecord | undefined): void {
    this.liveBytes += (kept?.liveBytes ?? 0) - (this.#records.get(address)?.liveBytes ?? 0);
    if (kept === undefined) this.#records.delete(address);
    else this.#records.set(address, kept);
  }
}

function extend(bodies: readonly Buffer[], body: Buffer): readonly Buffer[] {
  const chain = [...bodies, body];
  return chain.length > LONGEST_CHAIN ? [joinBodies(chain)] : chain;
}

/** An agent's record as a patch leaves it. */
export function patchedRecord(
  address: string,
  { manager, agent, digest, versionsDigest, answer }: AgentPatch,
  count: number,
): AgentRecord {
  const common = { kind: "agent", address, manager, agent, count } as const;
  if (digest === undefined) return common;
  return {
    ...common,
    digest,
    ...(versionsDigest !== undefined && { versions: versionsDigest }),
    ...(answer && { answer }),
  };
}

/** The record without what was made under a key that is not ours. */
function withoutKeyed<R extends StateRecord>(record: R): R {
  if (record.kind === "agent") {
    // Without a known value the version of its source tells nothing either.
    const { digest: _digest, versions: _versions, answer: _answer, ...rest } = record;
    return rest as R;
  }
  if (record.kind === "lower-manager" && isFingerprint(record.fingerprint)) {
    return { ...record, fingerprint: null };
  }
  return record;
}
