/** The state as the engine sees it: what this tool last wrote and therefore owns. `src/state` stores it. */
import type { AgentRef } from "../model/address";
import type { KindName, NamedKind } from "../model/kind-names";
import type { PlacePath, RecordedFile, RecordedPlace } from "../model/sink-place";
import type { LockHolder } from "../model/state-listing";

/**
 * Replaces the fingerprint during a write: recorded before the request and replaced after it. A run that finds it
 * later knows that the write may have happened, and writes the value again.
 */
export const PENDING = "pending";

/**
 * Replaces the fingerprint of an imported value that we have never written. Unlike with `null`, its source may have
 * no value yet: the value then stays as it is.
 */
export const IMPORTED = "imported";

/** Whether an entry identifies the last written value. `PENDING`, `IMPORTED` and `null` do not. */
export function isFingerprint(entry: string | null | undefined): entry is string {
  return typeof entry === "string" && entry !== PENDING && entry !== IMPORTED;
}

/**
 * Fingerprints of one agent's owned keys. `null`: owned, but the last written value is unknown because the state was
 * written under another key. `PENDING` and `IMPORTED` stay.
 */
export type KeyFingerprints = ReadonlyMap<string, string | null>;

/** The fingerprints that an agent's keys should have. */
export interface ExpectedFingerprints {
  /** The same list for all agents with these keys. */
  readonly keys: readonly string[];
  of(index: number): string;
  /** The positions in the two lists whose key's fingerprint is not at its place in `bytes`. */
  missingAt(places: readonly number[], bytes: Uint8Array, indexes: readonly number[]): readonly number[];
}

/**
 * The versions of the sources of an agent's values at the last write, as digests bound to this state and to each key
 * (`VersionDigests`). Comparing them needs no state key. Keys without a version are left out.
 */
export type KeyVersions = ReadonlyMap<string, string>;

/** A record that is written whole. */
export type WholeRecord = IssuedRecord | LowerManagerRecord | RebuildRecord | ManagerRecord;

export type StateRecord = WholeRecord | AgentRecord;

/** The record of a kind. */
export type RecordOf<Kind extends KindName> = Kind extends IssuedRecord["kind"]
  ? IssuedRecord
  : Extract<StateRecord, { readonly kind: Kind }>;

/** The records of each kind except agents, by name. */
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
   * `issuing`: recorded before the request. From then on we issued whatever the manager has under this name, and its
   * secret did not reach a sink. `delivered`: the sink has the secret, durably. `imported`: others issued it and it
   * is ours now; no sink of ours ever had its secret. `retired`: it no longer exists and is no longer ours; only its
   * places are kept.
   */
  readonly status: (typeof issuedStatuses)[number];
  /** Files that contain its secrets, durably. We may replace their content. */
  readonly places?: readonly RecordedFile[] | undefined;
  /**
   * Files that the last delivery was about to write. A file with exactly that content is ours as well: a crash came
   * before its record in `places`.
   */
  readonly writing?: readonly FileWriting[] | undefined;
  /** The places that have the secret that is valid now; present for a delivered secret. */
  readonly deliveredTo?: readonly RecordedPlace[] | undefined;
  /**
   * A random ID of the issue. A kept secret belongs to the record only if it has the same ID. Absent in records of
   * earlier versions.
   */
  readonly issue?: string | undefined;
  /** Files with the secret that a killed delivery of this issue may have left. */
  readonly drafts?: readonly string[] | undefined;
  /** The manager's `lastUpdateTime` of the delivered secret, by the manager's clock. */
  readonly issuedAt?: string | undefined;
  /**
   * Time of the request by this machine's clock, UTC. The age counts from here, because the manager's clock may be
   * wrong.
   */
  readonly requestedAt?: string | undefined;
  /**
   * When another generation of the same client replaced it in the sink, by this machine's clock, UTC. From then on no
   * sink has its secret, which stays valid for the overlap.
   */
  readonly supersededAt?: string | undefined;
  /**
   * The process that issued it for a job and deletes it at the end of the job. No sink has its secret, so once the
   * process has ended nobody can use the client, and a run that holds the lock may delete it.
   */
  readonly usedBy?: LockHolder | undefined;
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
   * Fingerprint of the last sent initial secret, if it has a source. `PENDING` during the request, `IMPORTED` if
   * others sent it, `null` if the state was written under another key.
   */
  readonly fingerprint?: string | null | undefined;
  /** The version of its source at that time, as in `KeyVersions`. */
  readonly version?: string | undefined;
  /** The address of both at that time, if the record was moved since. */
  readonly boundTo?: string | undefined;
}

/**
 * A manager's latest rebuild. It is written after all other records of the manager became unknown, and stays after its
 * end, so that neither a resumed rebuild nor another start forgets anything a second time.
 */
export interface RebuildRecord {
  readonly kind: "rebuild";
  readonly address: string;
  readonly manager: string;
  /** Host of the lost manager. */
  readonly replaces: string;
  /** Host of the new manager. */
  readonly host: string;
  /** When it began, UTC. */
  readonly since: string;
  /** When the rebuild was complete, UTC; absent before. */
  readonly finished?: string | undefined;
}

/**
 * The manager to which all other records under its name were written. It is recorded with the first write, and kept
 * as long as any other record of the manager. A state of an earlier version has none until the next apply.
 */
export interface ManagerRecord {
  readonly kind: "manager";
  readonly address: string;
  readonly manager: string;
  /** As declared then: scheme, host and port. */
  readonly url: string;
  readonly host: string;
  /** The oldest first. Whatever is in none of them belongs to its first owner. */
  readonly takeovers?: readonly Takeover[] | undefined;
}

/**
 * Addresses that one of several callers that share a state, such as a Terraform resource, took over from another one.
 */
export interface Takeover {
  /** The ID of the caller. */
  readonly by: string;
  /**
   * Addresses without the manager's name, so that the manager can be renamed. Addresses of agents if there are keys.
   */
  readonly of: readonly string[];
  readonly keys?: readonly string[] | undefined;
}

/** One agent. Its fingerprints are read separately, only if they are needed. */
export interface AgentRecord {
  readonly kind: "agent";
  readonly address: string;
  readonly manager: string;
  readonly agent: AgentRef;
  /** Digest over all desired keys and values at the last apply after which the agent was in sync. */
  readonly digest?: string;
  /** The same over the versions of the values' sources, if any has one; present only with `digest`. */
  readonly versions?: string | undefined;
  /** The manager's answer to the request for the agent's keys; present only with `digest`. */
  readonly answer?: KnownAnswer | undefined;
  /** Number of owned keys. */
  readonly count: number;
}

/** A manager's answer that lists exactly the keys of an agent's digest, and some others. */
export interface KnownAnswer {
  /** Digest of its bytes. */
  readonly digest: string;
  /** Keys that are not ours. */
  readonly others: readonly string[];
}

/** A saved plan whose apply started on this state. It is not a resource, so `records` does not return it. */
export interface SavedPlanRecord {
  /** The checksum of the plan file. */
  readonly id: string;
  /**
   * `applying`: started and not finished, so that it can be resumed. `applied`: complete. `superseded`: not finished,
   * and another run has written to the state since.
   */
  readonly status: "applying" | "applied" | "superseded";
  /** The manager's serial at the time of the plan. */
  readonly from: number;
  /** UTC: when the apply finished, or when it started. */
  readonly at: string;
}

/** A consistent view of the state. */
export interface StateView {
  /** The permanent, unique ID of this state. Empty if there is no state yet. */
  readonly lineage: string;
  /** The ID of the last copy that was put there; absent if there was none. */
  readonly putId?: string | undefined;
  /** The number of entries ever written for a manager. */
  serial(manager: string): number;
  record(address: string): StateRecord | undefined;
  /** In no particular order. */
  records(): Iterable<StateRecord>;
  /**
   * Valid until the next write to the agent. Empty for an address without an agent record. If the state was written
   * under another key, all are `null` except `PENDING` and `IMPORTED`. With `of` it contains at least these keys; a
   * few cost much less than all.
   */
  fingerprints(agentAddress: string, of?: readonly string[]): KeyFingerprints;
  /** The same with `null` for each fingerprint. Agents with the same keys share it, mostly without being parsed. */
  withoutFingerprints(agentAddress: string): KeyFingerprints;
  /**
   * The entries of an agent that owns just these keys, without those that are the expected fingerprints. Almost all
   * records are compared without being parsed; `undefined` if one would have to be.
   */
  unexpected(agentAddress: string, expected: ExpectedFingerprints): KeyFingerprints | undefined;
  /** The latest saved plans of a manager, the oldest first. */
  plans(manager: string): readonly SavedPlanRecord[];
  /** The same for versions, which do not depend on the key. */
  versions(agentAddress: string, of?: readonly string[]): KeyVersions;
}

/**
 * The state of a run that holds locks. Writes are visible at once and durable after `flush`. All writes between two
 * flushes cost one fsync.
 */
export interface StateStore extends StateView {
  /** Milliseconds for which a flush that nobody waits for may be delayed, to combine writes. */
  readonly flushPauseMs: number;
  /** Whether the run holds the lock of the manager's partition. A write to any other one is a bug. */
  mayWrite(manager: string): boolean;
  put(record: WholeRecord): void;
  patchAgent(address: string, patch: AgentPatch): void;
  drop(address: string): void;
  /** Marks this run's further writes as part of that plan. Any write supersedes an unfinished plan of another run. */
  notePlan(manager: string, plan: SavedPlanRecord): void;
  /**
   * Rejects once a write of the manager failed or its lock was lost, as far as a cheap check can show. Called before
   * each request, because a run that was paused must not continue after another run took over.
   */
  requireHeld(manager: string): Promise<void>;
  /** The manager's serial as of the last flush that succeeded; all up to it is durable. */
  recordedSerial(manager: string): number;
  /**
   * Resolves when everything that was written of the managers, all by default, is durable. Rejects for ever once a
   * write of theirs failed or their lock was lost.
   */
  flush(managers?: Iterable<string>): Promise<void>;
  /** Flushes and releases the locks. */
  close(): Promise<void>;
}

export interface AgentPatch {
  readonly manager: string;
  readonly agent: AgentRef;
  /** Replaces the digest; absent clears it. */
  readonly digest?: string | undefined;
  /** The same for the versions' digest. */
  readonly versionsDigest?: string | undefined;
  /** The same for `answer`. */
  readonly answer?: KnownAnswer | undefined;
  /** Agents with one map share its encoding: it must not change afterwards. */
  readonly set: Iterable<readonly [key: string, fingerprint: string | null]> | WrittenFingerprints;
  /** In place of `set`: keys that are about to be written become `PENDING`. Agents with one list share its encoding. */
  readonly intends?: readonly string[];
  /** Versions of keys in `set`. Setting a key without a version removes its version. */
  readonly versions?: KeyVersions;
  readonly unset: Iterable<string>;
}

/** Of written keys. Agents with one list of keys share all of its encoding but the fingerprints. */
export interface WrittenFingerprints extends Iterable<readonly [key: string, fingerprint: string | null]> {
  readonly keys: readonly string[];
  /** Puts the fingerprint of each key into `bytes`, at the place of the same index. */
  writeAt(places: readonly number[], bytes: Buffer): void;
}
