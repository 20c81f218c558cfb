import { createHash } from "node:crypto";
import type { SinkReference } from "../../model/desired-state";
import { DiagnosticError, failure } from "../../model/diagnostic";
import type { SecretValue } from "../../model/secret-value";
import type { PlacePath, SinkPlace } from "../../model/sink-place";
import type { SecretsPlatform, SourceContext } from "../sources/source";

/**
 * A type of place to which issued secrets are delivered. A new type needs a file here, a line in `sinks.ts`, and a
 * row in `src/model/reference-types.ts`, which says how it is written.
 */
export type Sink = FileSink | ServiceSink;

interface AnySink {
  /** The key in the YAML. */
  readonly type: string;
  /** The place, for messages: `file out/fluentd-web.secret`. */
  describe(options: unknown): string;
  /** The place that the options resolve to; `undefined` if they name none, which `prove` reports. */
  place(reference: SinkReference, context: PlaceContext): Promise<SinkPlace | undefined>;
  /** A fault of the options that the schema cannot see; called for every declared sink. */
  flawIn?(options: unknown): Promise<SinkFlaw | undefined>;
  /** Does everything that `deliver` will do, without leaving anything behind. Rejects with a `DiagnosticError`. */
  prove(reference: SinkReference, context: SinkContext): Promise<void>;
  /** Absolute paths of the files that it reads, including its program. Absent if it reads none. */
  reads?(reference: SinkReference): readonly string[];
}

export interface SinkFlaw {
  readonly summary: string;
  readonly remedy: string;
}

/** A sink that is a file, which the delivery itself writes. */
export interface FileSink extends AnySink {
  readonly writes: "file";
  /** The noun before the file's path. */
  readonly noun: string;
  /** Users of the secret read it from this file, so a missing file is a loss. Other files may have been moved. */
  readonly isUsedInPlace: boolean;
  /** The path as written; `undefined` if the options name none. */
  spelled(options: unknown): string | undefined;
  /** Absolute path. Throws a `DiagnosticError` if the options name none. */
  target(reference: SinkReference): string;
  /** The content of the file. Rejects with a `DiagnosticError`. */
  text(reference: SinkReference, issued: Issued): Promise<string>;
}

export interface ServiceSink extends AnySink {
  readonly writes: "elsewhere";
  /** One place can hold the secrets of several clients, if `format` includes their IDs. */
  readonly tellsApart: boolean;
  /** As for a source, which may be the same place. Absent if no source can be. */
  identity?(reference: SinkReference, context: Pick<PlaceContext, "env" | "cwd">): string | undefined;
  /** A recorded place, for messages. */
  describePlace(place: SinkPlace): string;
  /** Durable when it resolves. Rejects with a `DiagnosticError` (`sink-unwritable`). */
  deliver(reference: SinkReference, issued: Issued, context: SinkContext): Promise<void>;
}

/** What resolving a place needs. */
export interface PlaceContext extends Pick<SecretsPlatform, "env" | "cwd"> {
  resolvePath(folder: string, spelled: string): Promise<PlacePath>;
}

export interface Issued {
  /** Secret ID: the client's, or that of the initial secret. */
  readonly id: string;
  readonly secret: SecretValue;
}

/** The environment that sinks may use, and what is known about the place. */
export interface SinkContext extends SourceContext {
  /** Whether we wrote the file at the place; called only if there is one. */
  readonly isOurs: () => Promise<boolean>;
  /** The address of another resource whose secret was delivered there. */
  readonly otherOwner: () => Promise<string | undefined>;
  /** Rejects with a `DiagnosticError` if another resource has a file there that this run cannot take over. */
  readonly requireReleasable: () => Promise<void>;
  /** Identifies this delivery; random. */
  readonly token?: string;
  /** A proof may write, and remove what it wrote. */
  readonly provesByWriting?: boolean;
}

/** The secret is at its place, but may not survive a power failure there. */
export class UnconfirmedError extends DiagnosticError {}

/** Distinguishes options that may hold a secret, without repeating them. */
export function digestOf(options: unknown): string {
  return createHash("sha256").update(JSON.stringify(options)).digest("hex").slice(0, 32);
}

export function undeliverable(summary: string, remedy: string, cause?: unknown): DiagnosticError {
  return failure({ code: "sink-unwritable", summary, remedy }, cause === undefined ? undefined : { cause });
}

export function unconfirmed(summary: string, cause: unknown): UnconfirmedError {
  const remedy = "run again: the next run writes it once more, and issues nothing";
  return new UnconfirmedError([{ code: "sink-unwritable", severity: "error", summary, remedy }], { cause });
}
