/**
 * The state as the engine sees it: what this tool last wrote, and so what it owns. `src/state` keeps it durable.
 */
import type { AgentRef } from "../model/address";
import type { KindName, NamedKind } from "../model/kind-names";
import type { PlacePath, RecordedFile, RecordedPlace } from "../model/sink-place";
import type { LockHolder } from "../model/state-listing";

/**
 * Stands for the fingerprint of a value that is being written: recorded before the request and replaced after it.
 * Whatever finds it later knows that the write may have happened, and writes the value again.
 */
export const PENDING = "pending";

/**
 * Stands for the fingerprint of a value that was there before us: imported, and never written since. Unlike with
 * `null`, its source need not give a value yet; until it does, the value stays as it is.
 */
export const IMPORTED = "imported";

/** Whether an entry tells the value last written; `PENDING`, `IMPORTED` and `null` do not. */
export function isFingerprint(entry: string | null | undefined): entry is string {
  return typeof entry === "string" && entry !== PENDING && entry !== IMPORTED;
}

/**
 * Fingerprints of one agent's owned keys. `null`: owned, but the last written value is not known any more
 * (the state was written under another key). `PENDING` and `IMPORTED` stay.
 */
export type KeyFingerprints = ReadonlyMap<string, string | null>;

/**
 * The versions that the sources of an agent's values had at the last write, as digests that are bound to this state and
 * to each key (`VersionDigests`). No key is needed to compare them; a key without one is not in it.
 */
export type KeyVersions = ReadonlyMap<string, string>;

/** A record that is written whole. */
export type WholeRecord = IssuedRecord | LowerManagerRecord | RebuildRecord | ManagerRecord;

export type StateRecord = WholeRecord | AgentRecord;

/** The record of a kind. */
export type RecordOf<Kind extends KindName> = Kind extends IssuedRecord["kind"]
  ? IssuedRecord
  : Extract<StateRecord, { readonly kind: Kind }>;

/** What the state holds of each kind but agents, by name. */
export type NamedRecords = {
  readonly [Kind in NamedKind]: ReadonlyMap<string, RecordOf<Kind>>;
};

export const issuedStatuses = ["issuing", "delivered", "imported", "retired"] as const;

/** An initial secret or an IM client. */
export interface IssuedRecord {
  readonly kind: "initial-secret" | "client";
  readonly address: string;
  readonly manager: string;
  readonly generation: number;
  /**
   * `issuing`: recorded before the request is sent. Whatever the manager holds under this name from then on was
   * issued by us, and its secret did not reach a sink. `delivered`: the sink holds it, durably. `imported`: it was
   * issued by others and is ours now; no sink of ours ever had its secret. `retired`: it is no longer there and no
   * longer ours; only its places are kept.
   */
  readonly status: (typeof issuedStatuses)[number];
  /** Files that its secrets were written to, durably: what is there is ours to replace. */
  readonly places?: readonly RecordedFile[];
  /**
   * Files that were about to be written when the last delivery began. One that holds just that is ours as well: a crash
   * came before it could be recorded among `places`.
   */
  readonly writing?: readonly FileWriting[];
  /** The places that have the secret which is valid now; known of a delivered one. */
  readonly deliveredTo?: readonly RecordedPlace[];
  /** Names the issue, at random: a kept secret is this one's only if it says the same. Absent in records of before. */
  readonly issue?: string;
  /** Files that a killed delivery of this issue may have left, with the secret in them. */
  readonly drafts?: readonly string[];
  /** The manager's `lastUpdateTime` of the delivered secret, by the manager's clock. */
  readonly issuedAt?: string;
  /** When it was asked for, by this machine's clock; UTC. Its age is counted from here: the manager's clock may be wrong. */
  readonly requestedAt?: string;
  /**
   * When another generation of the same client took its place in the sink, by this machine's clock; UTC. From then on
   * its secret is in no sink any more, and it stays valid for the overlap.
   */
  readonly supersededAt?: string;
  /**
   * The process that issued it for a job, to delete it when the job ends. No sink has its secret: once the process is gone,
   * the client is of no use to anybody, and whoever holds the lock may delete it.
   */
  readonly usedBy?: LockHolder;
}

export interface FileWriting extends PlacePath {
  /** Fingerprint of the file's content, under the state's key and the resource's address. */
  readonly fingerprint: string;
}

export interface LowerManagerRecord {
  readonly kind: "lower-manager";
  readonly address: string;
  readonly manager: string;
  readonly host: string;
  /**
   * Of the initial secret last sent, where it has a source; `PENDING` while it is being sent; `IMPORTED` where others
   * sent it; `null` when the state was written under another key.
   */
  readonly fingerprint?: string | null;
  /** The version that its source had then, as in `KeyVersions`. */
  readonly version?: string;
  /** The address that both were made for, where the record was moved since. */
  readonly boundTo?: string;
}

/**
 * A manager's latest rebuild. It is written after everything that was recorded of the manager became unknown: a rebuild
 * that finds it goes on, and forgets nothing a second time. It stays when the rebuild is finished, for the same reason:
 * whoever starts that once more must not lose what it delivered.
 */
export interface RebuildRecord {
  readonly kind: "rebuild";
  readonly address: string;
  readonly manager: string;
  /** Host of the manager that was lost. */
  readonly replaces: string;
  /** Host of the one that takes its place. */
  readonly host: string;
  /** When it began, UTC. */
  readonly since: string;
  /** When nothing was left to do, UTC; absent while it is unfinished. */
  readonly finished?: string;
}

/**
 * The manager that everything else under its name was written to. It is recorded with the first write to it, and kept as
 * long as anything else of it is. A state from before this record has none until the next apply.
 */
export interface ManagerRecord {
  readonly kind: "manager";
  readonly address: string;
  readonly manager: string;
  /** As declared then: scheme, host and port. */
  readonly url: string;
  readonly host: string;
  /** The latest last. What is in none of them belongs to whoever had it first. */
  readonly takeovers?: readonly Takeover[];
}

/** What one of several callers that share a state, such as a resource of Terraform's, took over from another one. */
export interface Takeover {
  /** Names the caller. */
  readonly by: string;
  /** Addresses without the manager, so that the manager may get another name. Of agents, where there are keys. */
  readonly of: readonly string[];
  readonly keys?: readonly string[];
}

/** One agent; its fingerprints are read apart, only when they are needed. */
export interface AgentRecord {
  readonly kind: "agent";
  readonly address: string;
  readonly manager: string;
  readonly agent: AgentRef;
  /** Digest over all desired keys and values at the last apply that found or left the agent in sync. */
  readonly digest?: string;
  /** The same over the versions of the values' sources, where any has one; kept only beside `digest`. */
  readonly versions?: string;
  /** What the manager answered when it was asked for the agent's keys; kept only beside `digest`. */
  readonly answer?: KnownAnswer;
  /** Number of owned keys. */
  readonly count: number;
}

/** An answer of a manager that lists just the keys which an agent's digest is about, and some others. */
export interface KnownAnswer {
  /** Of its bytes. */
  readonly digest: string;
  /** Keys that are not ours. */
  readonly others: readonly string[];
}

/** A saved plan whose apply was begun on this state. It is no resource: `records` does not give it. */
export interface SavedPlanRecord {
  /** The checksum of the plan file. */
  readonly id: string;
  /**
   * `applying`: begun and not finished, so that it can be resumed. `applied`: nothing of it is left.
   * `superseded`: not finished, and another run has written to the state since.
   */
  readonly status: "applying" | "applied" | "superseded";
  /** The manager's serial that the plan was made from. */
  readonly from: number;
  /** UTC: when it was finished, or when its apply was begun. */
  readonly at: string;
}

/** A consistent view of the state. */
export interface StateView {
  /** Names this state for ever; two states never share one. Empty when there is no state yet. */
  readonly lineage: string;
  /** Names the last copy that was put in its place; absent where none was. */
  readonly putId?: string | undefined;
  /** Counts every entry ever written of a manager. */
  serial(manager: string): number;
  record(address: string): StateRecord | undefined;
  /** In no particular order. */
  records(): Iterable<StateRecord>;
  /**
   * Good until the next write to the agent. Empty for an address without an agent record; `null` but for `PENDING` and `IMPORTED`
   * when the state was written under another key. `of` some keys, at least theirs are in it, and a few cost much less than all.
   */
  fingerprints(agentAddress: string, of?: readonly string[]): KeyFingerprints;
  /** The latest saved plans that had to do with a manager, the oldest first. */
  plans(manager: string): readonly SavedPlanRecord[];
  /** The same of the versions, which are known under any key. */
  versions(agentAddress: string, of?: readonly string[]): KeyVersions;
}

/**
 * The state of a run that holds locks. Writes are visible at once and durable after `flush`; many writes
 * between two flushes cost one fsync.
 */
export interface StateStore extends StateView {
  /** How long a flush that nobody waits for may be put off, in milliseconds, so that it is worth its cost. */
  readonly flushPauseMs: number;
  /** Whether the run holds the lock of the manager's partition. A write to any other one is a bug. */
  mayWrite(manager: string): boolean;
  put(record: WholeRecord): void;
  patchAgent(address: string, patch: AgentPatch): void;
  drop(address: string): void;
  /** From then on this run's writes are that plan's. A plan of another run that is still open is superseded by any write. */
  notePlan(manager: string, plan: SavedPlanRecord): void;
  /**
   * Rejects once a write of the manager failed or its lock was lost, as far as a look can tell that costs little. Asked before
   * each request: a run that was stopped for a while must not go on where another one has taken over.
   */
  verify(manager: string): Promise<void>;
  /** The manager's serial as of the last flush that succeeded; all up to it is durable. */
  recordedSerial(manager: string): number;
  /**
   * Resolves when everything that was written of the managers, all by default, is durable. Rejects for ever once a write of
   * theirs failed or their lock was lost.
   */
  flush(managers?: Iterable<string>): Promise<void>;
  /** Flushes and releases the locks. */
  close(): Promise<void>;
}

export interface AgentPatch {
  readonly manager: string;
  readonly agent: AgentRef;
  /** Replaces the digest; absent clears it. */
  readonly digest?: string;
  /** The same for the digest over the versions. */
  readonly versionsDigest?: string;
  /** The same for the answer. */
  readonly answer?: KnownAnswer;
  readonly set: Iterable<readonly [key: string, fingerprint: string | null]>;
  /** Of the keys of `set`; one that is set without a version has none from then on. */
  readonly versions?: KeyVersions;
  readonly unset: Iterable<string>;
}
