/** What the engine needs of secrets: values in, fingerprints, issued secrets out. */

import type { SecretReference, SinkReference } from "../model/desired-state";
import { type Diagnostic, DiagnosticError } from "../model/diagnostic";
import type { SecretValue } from "../model/secret-value";
import type { DeclaredPlace, PlacePath, RecordedPlace } from "../model/sink-place";

export interface SecretResolver {
  /**
   * The value behind a reference; read once per run, however often it is asked for.
   * Rejects with a `DiagnosticError` (`source-unresolved`) that tells where it looked, and never what it saw.
   */
  resolve(reference: SecretReference): Promise<SecretValue>;
  /** The source as a person reads it: `environment variable WEB_PASSWORD`. */
  describe?(reference: SecretReference): string;
  /**
   * After `resolve` rejected: whether the value's place itself is not there, as a variable that is not set. What fails
   * in any other way, and what lies in another program or service, is never called absent.
   */
  isAbsent?(reference: SecretReference): Promise<boolean>;
  /**
   * The version of the value at its source, found out without the value and without the keys to it; `undefined` where
   * the source cannot tell. Rejects as `resolve` does, with a `GoneError` where
   * there is certainly no value, and where the source cannot be asked at all. Where the value is
   * resolved as well, ask first and say so: a version must never be newer than the value.
   */
  version?(
    reference: SecretReference,
    options?: { readonly isResolved?: boolean },
  ): Promise<SourceVersion | undefined>;
}

/** A source that was asked for a version knows that there is no value: reading it would fail for certain. */
export class GoneError extends DiagnosticError {}

export interface SourceVersion {
  /**
   * Differs when the value may have changed. Nothing in it may tell anything of the value to those who guess: digests
   * of it are compared without a key, and so can be tried out.
   */
  readonly text: string;
  /** Equal versions are a hint that the value is the same, and no proof of it: a file can change behind its time. */
  readonly isHint: boolean;
}

/** Issued secrets on their way out. */
export interface Delivery {
  /**
   * Proves, before anything is issued, that `deliver` can be expected to succeed. Rejects with a `DiagnosticError`.
   * A file that is not ours is refused unless the sink says `overwrite: true`. Nothing is written unless `byWriting`.
   */
  prove(sink: SinkReference, ownership?: Omit<FileOwnership, "begin">, byWriting?: boolean): Promise<void>;
  /** Durable when it resolves. Rejects with a `DeliveryError`; of several sinks, the others have the secret then. */
  deliver(sink: SinkReference, issued: SecretToDeliver, ownership?: FileOwnership): Promise<void>;
  /** The sink as a person reads it: `file out/fluentd-web.secret`. */
  describe(sink: SinkReference): string;
  /** What the sink resolves to, several for several sinks. */
  places(sink: SinkReference): Promise<readonly DeclaredPlace[]>;
  /** Whether a plain file is at a place. What is encrypted or delivered elsewhere may well be moved on, and counts as there. */
  isThere(declared: DeclaredPlace): Promise<boolean>;
  /** A recorded place as a person reads it. */
  describePlace(recorded: RecordedPlace): string;
  /**
   * The files that a delivery of this token writes before they get their names: what a killed one leaves behind, with a
   * secret in it. To be recorded before the delivery.
   */
  drafts(sink: SinkReference, token: string): readonly string[];
  /** Removes drafts, durably. Rejects with a `DiagnosticError`. */
  removeDrafts(drafts: readonly string[]): Promise<void>;
}

/** What is known of the files at the sinks of one resource. Without it nothing is, and every file counts as ours. */
export interface FileOwnership {
  /** Whether the file that is at a place is one that we wrote. */
  isOurs(declared: DeclaredPlace, content: () => Promise<Buffer>): Promise<boolean>;
  /** The address of another resource whose secret was delivered to the file. */
  otherOwner?(declared: DeclaredPlace): string | undefined;
  /** Makes durable, before the first of them is written, which files are about to be and what they will hold. */
  begin?(files: readonly FileToWrite[]): Promise<void>;
}

export interface FileToWrite {
  readonly declared: DeclaredPlace;
  /** The file of that place. */
  readonly file: PlacePath;
  readonly text: SecretValue;
  /** What is there is ours already. */
  readonly isOurs: boolean;
}

export interface SecretToDeliver {
  /** Secret ID: the client's, or that of the initial secret. */
  readonly id: string;
  readonly secret: SecretValue;
  /** Names this delivery: random, and used for it alone. */
  readonly token: string;
}

/** What became of a delivery at one of its places. */
export interface PlaceDelivery {
  /** As a person reads it. */
  readonly place: string;
  /** `unconfirmed`: the secret is there, and nothing says that it outlasts a loss of power. */
  readonly status: "delivered" | "unconfirmed" | "failed";
}

/** At least one sink does not have the secret for certain (`sink-unwritable`). */
export class DeliveryError extends DiagnosticError {
  readonly places: readonly PlaceDelivery[];

  constructor(diagnostics: readonly Diagnostic[], places: readonly PlaceDelivery[], cause: unknown) {
    super(diagnostics, { cause });
    this.places = places;
  }
}

/** Issued secrets that no sink took, kept until one does. */
export interface Recovery {
  /**
   * Everything that is kept, also what the present key does not open. Rejects with a `DiagnosticError`, as all here, unless `onFault`
   * takes what is wrong with one manager's.
   */
  list(onFault?: OnKeptFault): Promise<readonly KeptSecret[]>;
  /** Durable when it resolves, to the path of the file. Rejects with a `DiagnosticError` (`sink-unwritable`, `lock-lost`). */
  keep(secret: RecoveredSecret): Promise<string>;
  /**
   * What is kept of one issue. `undefined` where nothing is, or it was kept under another key. Rejects with a
   * `DiagnosticError` (`state-unreadable`) where it cannot be read.
   */
  take(address: string, issue?: string): Promise<RecoveredSecret | undefined>;
  /** Removes one file, durably. */
  drop(kept: Pick<KeptSecret, "manager" | "name">): Promise<void>;
  /** Removes what a run left that was killed while it kept a secret. Only for the holder of the manager's lock, who keeps none just now. */
  dropDrafts(manager: string): Promise<void>;
}

/** Takes what is wrong with the kept secrets of one manager, which are then left out. */
export type OnKeptFault = (manager: string, error: DiagnosticError) => void;

/** A kept secret, without the secret. What is said of it is proven only where it `opens`. */
export interface KeptSecret {
  /** The manager with whose state it is kept, and its name there. */
  readonly manager: string;
  readonly name: string;
  /** Where it is, as a person reads it. */
  readonly path: string;
  /** Absent where the file is damaged. */
  readonly address?: string;
  readonly generation?: number;
  /** The issue that it came from, as the state's record of the intent names it; absent before there were such names. */
  readonly issue?: string;
  /** The manager's `lastUpdateTime`. */
  readonly issuedAt?: string;
  /** Whether the present key opens it. */
  readonly opens: boolean;
}

export interface RecoveredSecret {
  readonly address: string;
  readonly generation: number;
  /** Secret ID: the client's, or that of the initial secret. */
  readonly id: string;
  /** The issue that it came from; absent where a name is issued once in its life, as an enrolment's. */
  readonly issue?: string;
  /** The manager's `lastUpdateTime`. */
  readonly issuedAt: string;
  readonly secret: SecretValue;
}

/** Keyed digests. Two agents, or two keys, that hold one value have different fingerprints. */
export interface Fingerprints {
  /** Names the key without revealing it: fingerprints made under different keys must not be compared. */
  readonly keyId: string;
  value(address: string, value: SecretValue): string;
  /**
   * Fingerprints of many keys on many agents come in two steps. The tags, 16 bytes for each entry, are made once for
   * a block however many agents it is given to; they are bound to none of them, and must never be stored.
   */
  tags(entries: Iterable<readonly [key: string, value: SecretValue]>): Uint8Array;
  /** Binds tags to an agent: the fingerprint of the entry at an index, made when it is first asked for. */
  onAgent(address: string, tags: Uint8Array): (index: number) => string;
  /** What binds a fingerprint of one agent to another, as if the same value had been written there. */
  rebound(from: string, to: string): (fingerprint: string) => string;
  /** One digest over a block's keys and values, in the order of the keys. */
  block(entries: Iterable<readonly [key: string, value: SecretValue]>): string;
  /** One digest over everything that decides whether an agent is in sync. */
  agent(address: string, parts: readonly string[]): string;
}
