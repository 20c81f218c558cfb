/** What the engine needs for secrets: values, fingerprints, and the delivery of issued secrets. */

import type { SecretReference, SinkReference } from "../model/desired-state";
import { type Diagnostic, DiagnosticError } from "../model/diagnostic";
import type { PlaceDelivery } from "../model/enrolment";
import type { SecretValue } from "../model/secret-value";
import type { DeclaredPlace, PlacePath, RecordedPlace } from "../model/sink-place";

export interface SecretResolver {
  /**
   * The value of a reference, read once per run. Rejects with a `DiagnosticError` (`source-unresolved`) that names
   * where it looked, and never what it read.
   */
  resolve(reference: SecretReference): Promise<SecretValue>;
  /** The source, for messages: `environment variable WEB_PASSWORD`. */
  describe?(reference: SecretReference): string;
  /**
   * After `resolve` rejected: whether the value's place itself does not exist, as an unset variable. False for any
   * other failure, and for values in another program or service.
   */
  isAbsent?(reference: SecretReference): Promise<boolean>;
  /**
   * The value, if it is there without waiting; `null` if it is absent, as in `isAbsent`; `undefined` where `resolve`
   * has to tell.
   */
  atHand?(reference: SecretReference): SecretValue | null | undefined;
  /** What `resolve` reports if the value is absent. */
  absence?(reference: SecretReference): Diagnostic | undefined;
  /**
   * The version of the value at its source, determined without the value and without the keys to it; `undefined` if
   * the source has no versions. Rejects like `resolve`: with a `GoneError` if there is certainly no value, and if the
   * source cannot be asked. If the value is resolved as well, call this first and set `isResolved`: a version must
   * never be newer than the value.
   */
  version?(
    reference: SecretReference,
    options?: { readonly isResolved?: boolean },
  ): Promise<SourceVersion | undefined>;
}

/** The source knows that there is no value: reading it would certainly fail. */
export class GoneError extends DiagnosticError {}

export interface SourceVersion {
  /**
   * Differs if the value may have changed. It must reveal nothing about the value to an attacker who guesses: its
   * digests are compared without a key, so guesses can be tested.
   */
  readonly text: string;
  /** Equal versions are a hint, and no proof, that the value is the same: a file can change without its time. */
  readonly isHint: boolean;
}

/** Delivers issued secrets. */
export interface Delivery {
  /**
   * Proves, before anything is issued, that `deliver` is expected to succeed. Rejects with a `DiagnosticError`.
   * Refuses a file that is not owned unless the sink has `overwrite: true`. It writes only with `byWriting`.
   */
  prove(sink: SinkReference, ownership?: Omit<FileOwnership, "begin">, byWriting?: boolean): Promise<void>;
  /** Durable when it resolves. Rejects with a `DeliveryError`; with several sinks, the others then have the secret. */
  deliver(sink: SinkReference, issued: SecretToDeliver, ownership?: FileOwnership): Promise<void>;
  /** The sink, for messages: `file out/fluentd-web.secret`. */
  describe(sink: SinkReference): string;
  /** The resolved places of the sink, or of a list of sinks. */
  places(sink: SinkReference): Promise<readonly DeclaredPlace[]>;
  /**
   * Whether a plain file with content exists at a place. Encrypted files and other deliveries may have been moved on, and count as
   * existing.
   */
  isThere(declared: DeclaredPlace): Promise<boolean>;
  /** A recorded place, for messages. */
  describePlace(recorded: RecordedPlace): string;
  /**
   * The files that a delivery with this token writes before it renames them. A killed delivery leaves them behind
   * with a secret, so record them before the delivery.
   */
  drafts(sink: SinkReference, token: string): readonly string[];
  /** Removes drafts, durably. Rejects with a `DiagnosticError`. */
  removeDrafts(drafts: readonly string[]): Promise<void>;
}

/** What is known about the files at the sinks of one resource. Without it, every file counts as owned. */
export interface FileOwnership {
  /** Whether we wrote the file at a place. */
  isOurs(declared: DeclaredPlace, content: () => Promise<Buffer>): Promise<boolean>;
  /** The address of another resource whose secret was delivered to the file. */
  otherOwner?(declared: DeclaredPlace): string | undefined;
  /** Throws a `DiagnosticError` if `begin` could not record that the file is ours from now on. */
  requireReleasable?(declared: DeclaredPlace): void;
  /** Records durably, before the first write, which files will be written and their content. */
  begin?(files: readonly FileToWrite[]): Promise<void>;
}

export interface FileToWrite {
  readonly declared: DeclaredPlace;
  /** The file of the place. */
  readonly file: PlacePath;
  readonly text: SecretValue;
  /** The present file is owned already. */
  readonly isOurs: boolean;
}

export interface SecretToDeliver {
  /** Secret ID: the client's, or that of the initial secret. */
  readonly id: string;
  readonly secret: SecretValue;
  /** Identifies this delivery: random, used only once. */
  readonly token: string;
}

/** At least one sink does not certainly have the secret (`sink-unwritable`). */
export class DeliveryError extends DiagnosticError {
  readonly places: readonly PlaceDelivery[];

  constructor(diagnostics: readonly Diagnostic[], places: readonly PlaceDelivery[], cause: unknown) {
    super(diagnostics, { cause });
    this.places = places;
  }
}

/** Keeps issued secrets that no sink took until one does. */
export interface Recovery {
  /**
   * All kept secrets, also those that the present key does not open. Rejects with a `DiagnosticError`, like all
   * methods here, unless `onFault` takes the faults of single managers.
   */
  list(onFault?: OnKeptFault): Promise<readonly KeptSecret[]>;
  /**
   * Durable when it resolves, to the path of the file. Rejects with a `DiagnosticError` (`sink-unwritable`,
   * `lock-lost`).
   */
  keep(secret: RecoveredSecret): Promise<string>;
  /**
   * The kept secret of one issue; `undefined` if there is none, or if it was kept under another key. Rejects with a
   * `DiagnosticError` (`state-unreadable`) if it cannot be read.
   */
  take(address: string, issue?: string): Promise<RecoveredSecret | undefined>;
  /** Removes one file, durably. */
  drop(kept: Pick<KeptSecret, "manager" | "name">): Promise<void>;
  /**
   * Removes drafts of a run that was killed while it kept a secret. Only for the holder of the manager's lock, while
   * it keeps none itself.
   */
  dropDrafts(manager: string): Promise<void>;
}

/** Receives the fault of one manager's kept secrets, which are then left out. */
export type OnKeptFault = (manager: string, error: DiagnosticError) => void;

/** A kept secret, without its value. Its data are proven only if it `opens`. */
export interface KeptSecret {
  /** The manager with whose state it is kept, and its name there. */
  readonly manager: string;
  readonly name: string;
  /** Its place, for messages. */
  readonly path: string;
  /** Absent if the file is damaged. */
  readonly address?: string | undefined;
  readonly generation?: number | undefined;
  /** The issue that it came from, as the state's record of the intent names it; absent before there were such names. */
  readonly issue?: string | undefined;
  /** The manager's `lastUpdateTime`. */
  readonly issuedAt?: string | undefined;
  /** Whether the present key opens it. */
  readonly opens: boolean;
}

export interface RecoveredSecret {
  readonly address: string;
  readonly generation: number;
  /** Secret ID: the client's, or that of the initial secret. */
  readonly id: string;
  /** The issue that it came from; absent if a name is issued only once, as in an enrolment. */
  readonly issue?: string | undefined;
  /** The manager's `lastUpdateTime`. */
  readonly issuedAt: string;
  readonly secret: SecretValue;
}

/** Keyed digests. The same value has different fingerprints on two agents, or under two keys. */
export interface Fingerprints {
  /** Names the key without revealing it: fingerprints of different keys must not be compared. */
  readonly keyId: string;
  value(address: string, value: SecretValue): string;
  /**
   * Fingerprints of many keys on many agents take two steps. The tags, 16 bytes for each entry, are computed once for
   * a block, for any number of agents; they are not bound to an agent and must never be stored.
   */
  tags(entries: Iterable<readonly [key: string, value: SecretValue]>): Uint8Array;
  /** Binds tags to an agent. The fingerprints are computed on demand. */
  onAgent(address: string, tags: Uint8Array): AgentFingerprints;
  /**
   * Returns a function that binds a fingerprint of one agent to another, as if the same value had been written there.
   */
  rebound(from: string, to: string): (fingerprint: string) => string;
  /** One digest over a block's keys and values, in the order of the keys. */
  block(entries: Iterable<readonly [key: string, value: SecretValue]>): string;
  /** One digest over everything that decides whether an agent is in sync. */
  agent(address: string, parts: readonly string[]): string;
}

/** The fingerprints of tags on one agent, by the index of the tag. */
export interface AgentFingerprints {
  of(index: number): string;
  /** The positions in the two lists whose fingerprint is not at its place in `bytes`. Makes no text of any. */
  missingAt(places: readonly number[], bytes: Uint8Array, indexes: readonly number[]): readonly number[];
  /** Puts the fingerprints of these indexes into `bytes`, each at its place. */
  writeAt(places: readonly number[], bytes: Uint8Array, indexes: readonly number[]): void;
}
