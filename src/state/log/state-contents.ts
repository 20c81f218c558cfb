import {
  type AgentPatch,
  type AgentRecord,
  type ExpectedFingerprints,
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
  type EncodedBody,
  encodeBody,
  joinBodies,
  mergeBodies,
  withoutFingerprints,
} from "./fingerprint-body";
import type { LogEntry } from "./log-entry";
import type { StoredBody } from "./open-log";
import { countAfter, mergeBodiesFor } from "./some-keys";
import { WholeBodies } from "./whole-bodies";

/** Longer chains of bodies are merged, so that reading an agent stays cheap after many patches. */
const LONGEST_CHAIN = 16;
/** Enough for the agents that an apply works on. More would only burden the garbage collector. */
const PARSED_AT_ONCE = 32;
/** Searching this many keys in a body is faster than parsing it. */
const FEW_KEYS = 16;
/** Older plans are stale by their serial. Records of the latest ones only improve the message. */
const KEPT_PLANS = 16;

/** A record in memory. It is never modified, so a list of records is a snapshot. */
export interface KeptRecord {
  readonly record: StateRecord;
  /** An agent's unparsed bodies, oldest first; empty for the other kinds. */
  readonly bodies: readonly StoredBody[];
  /** Approximate size of the record in a rewritten log, in bytes. */
  readonly liveBytes: number;
}

interface ParsedAgent {
  readonly bodies: readonly StoredBody[];
  readonly merged: AgentKeys;
  /** The keys that were looked for; absent if `merged` has all. */
  readonly of: readonly string[] | undefined;
}

/** One partition in memory: the sum of the log's entries. */
export class StateContents {
  lineage: string;
  serial: number;
  /** Approximate size of a rewritten log, in bytes. */
  liveBytes = 0;
  readonly #records = new Map<string, KeptRecord>();
  /** By ID, the oldest first. */
  readonly #plans = new Map<string, SavedPlanRecord>();
  readonly #parsed = new Map<string, ParsedAgent>();
  readonly #wholeBodies = new WholeBodies();
  /** Of a body: the number of keys that it lately added, and to which body. */
  readonly #added = new WeakMap<Body, { readonly to: StoredBody | undefined; readonly keys: number }>();
  /** The log was written under another key, so its fingerprints are useless under ours. */
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

  unexpected(agentAddress: string, expected: ExpectedFingerprints): KeyFingerprints | undefined {
    const kept = this.#records.get(agentAddress);
    const isCounted = kept?.record.kind === "agent" && kept.record.count === expected.keys.length;
    if (this.#foreign || !isCounted) return undefined;
    return this.#wholeBodies.unexpected(kept.bodies, expected, agentAddress);
  }

  withoutFingerprints(agentAddress: string): KeyFingerprints {
    const kept = this.#records.get(agentAddress);
    const count = kept?.record.kind === "agent" ? kept.record.count : 0;
    const shared = kept && this.#wholeBodies.withoutFingerprints(kept.bodies, count, agentAddress);
    return shared ?? withoutFingerprints(this.#entries(agentAddress, undefined).fingerprints);
  }

  versions(agentAddress: string, of?: readonly string[]): KeyVersions {
    return this.#entries(agentAddress, of).versions;
  }

  /** Returns at least these keys. */
  #entries(agentAddress: string, of: readonly string[] | undefined): AgentKeys {
    const bodies = this.#records.get(agentAddress)?.bodies ?? [];
    if (bodies.length === 0) return { fingerprints: new Map(), versions: new Map() };
    const keys = of === undefined || of.length > FEW_KEYS ? undefined : of;
    const known = this.#parsedNow(agentAddress, bodies);
    if (known && hasAll(known, keys)) return known.merged;
    const merged = keys ? mergeBodiesFor(bodies, keys, agentAddress) : mergeBodies(bodies, agentAddress);
    this.#keepParsed(agentAddress, { bodies, merged, of: keys });
    return merged;
  }

  /** The last few parsed agents are kept, because an apply reads an agent several times in a row. */
  #parsedNow(agentAddress: string, bodies: readonly StoredBody[]): ParsedAgent | undefined {
    const known = this.#parsed.get(agentAddress);
    return known?.bodies === bodies ? known : undefined;
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

  /** Applies one entry. `bytes` is the length of its line. */
  apply(entry: LogEntry, body: StoredBody, bytes: number): void {
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
      // The longest line approximates the merged one, whose exact length would need every body parsed.
      liveBytes: Math.max(earlier?.liveBytes ?? 0, bytes),
    });
  }

  /** The number of keys that an agent would own after another body. */
  countWith(agentAddress: string, body: Body): number {
    const { record, bodies = [] } = this.#records.get(agentAddress) ?? {};
    const count = record?.kind === "agent" ? record.count : 0;
    const known = this.#added.get(body);
    // Agents whose only body is the same, and that get the same one, need not be looked at one by one.
    if (known && bodies.length <= 1 && known.to === bodies[0]) return count + known.keys;
    const { fingerprints } = this.#entries(agentAddress, [...Object.keys(body.set), ...body.unset]);
    const after = countAfter(count, fingerprints, body);
    if (bodies.length <= 1) this.#added.set(body, { to: bodies[0], keys: after - count });
    return after;
  }

  /** Applies a patch with its known `body`, to avoid parsing the bytes just written. */
  applyPatch(entry: LogEntry & { readonly op: "patch" }, encoded: EncodedBody, length: number): void {
    const { body, bytes, isPattern } = encoded;
    const { address, count } = entry.record;
    const parsed = this.#parsedNow(address, this.#records.get(address)?.bodies ?? []);
    this.apply(entry, bytes, length);
    const kept = this.#records.get(address);
    if (kept === undefined) return;
    // A body that sets every key replaces all earlier bodies.
    const isWhole = Object.keys(body.set).length === count;
    if (isWhole) this.#records.set(address, { ...kept, bodies: [bytes] });
    // An agent whose result is recorded is rarely read again.
    if (isWhole || isPattern) this.#parsed.delete(address);
    else if (parsed) {
      applyBody(parsed.merged, body);
      this.#keepParsed(address, { ...parsed, bodies: kept.bodies });
    }
  }

  /** Drops all fingerprints of the old key before the first write under a new one, so that keys never mix. */
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

  /** Replaces a record by its rewritten form, unless it changed meanwhile. */
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

function hasAll({ of }: ParsedAgent, keys: readonly string[] | undefined): boolean {
  return of === undefined || (keys?.every((key) => of.includes(key)) ?? false);
}

function extend(bodies: readonly StoredBody[], body: StoredBody): readonly StoredBody[] {
  const chain = [...bodies, body];
  return chain.length > LONGEST_CHAIN ? [joinBodies(chain)] : chain;
}

/** An agent's record after a patch. */
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
    versions: versionsDigest,
    answer,
  };
}

/** The record without data that depends on another key. */
function withoutKeyed<R extends StateRecord>(record: R): R {
  if (record.kind === "agent") {
    // The version of a source is useless without a known value.
    const { digest: _digest, versions: _versions, answer: _answer, ...rest } = record;
    return rest as R;
  }
  if (record.kind === "lower-manager" && isFingerprint(record.fingerprint)) {
    return { ...record, fingerprint: null };
  }
  return record;
}
