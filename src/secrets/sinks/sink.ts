import { createHash } from "node:crypto";
import type { SinkReference } from "../../model/desired-state";
import { DiagnosticError, failure } from "../../model/diagnostic";
import type { SecretValue } from "../../model/secret-value";
import type { PlacePath, SinkPlace } from "../../model/sink-place";
import type { SecretsPlatform, SourceContext } from "../sources/source";

/**
 * A kind of place that issued secrets are delivered to. A new one is a file here, a line in `sinks.ts`, and a row in
 * `src/model/reference-types.ts`, which says how it is spelled.
 */
export type Sink = FileSink | ServiceSink;

interface AnySink {
  /** The key in the YAML. */
  readonly type: string;
  /** The place as a person reads it: `file out/fluentd-web.secret`. */
  describe(options: unknown): string;
  /** What the options resolve to; `undefined` where they name no place, which `prove` reports. */
  place(reference: SinkReference, context: PlaceContext): Promise<SinkPlace | undefined>;
  /** What is wrong with the options that the schema cannot see; asked of every declared sink. */
  flawIn?(options: unknown): Promise<SinkFlaw | undefined>;
  /** Does all that `deliver` will do, short of leaving anything behind. Rejects with a `DiagnosticError`. */
  prove(reference: SinkReference, context: SinkContext): Promise<void>;
  /** Absolute paths of the files that it reads, its program among them. Absent where it reads none. */
  reads?(reference: SinkReference): readonly string[];
}

export interface SinkFlaw {
  readonly summary: string;
  readonly remedy: string;
}

/** One that is a file, which the delivery itself writes. */
export interface FileSink extends AnySink {
  readonly writes: "file";
  /** What the file is called, before its path. */
  readonly noun: string;
  /** The user of the secret reads it from this file, so a missing file is a loss. Any other file may have been moved. */
  readonly isUsedInPlace: boolean;
  /** The path as it is spelled; `undefined` where the options name none. */
  spelled(options: unknown): string | undefined;
  /** Absolute path. Throws a `DiagnosticError` where the options name none. */
  target(reference: SinkReference): string;
  /** What the file will hold. Rejects with a `DiagnosticError`. */
  text(reference: SinkReference, issued: Issued): Promise<string>;
}

export interface ServiceSink extends AnySink {
  readonly writes: "elsewhere";
  /** One place can take the secrets of several clients and tell them apart, where `format` gives it their IDs. */
  readonly tellsApart: boolean;
  /** As of a source, which may be the same place. Absent where no source can be. */
  identity?(reference: SinkReference, context: Pick<PlaceContext, "env" | "cwd">): string | undefined;
  /** A recorded place as a person reads it. */
  describePlace(place: SinkPlace): string;
  /** Durable when it resolves. Rejects with a `DiagnosticError` (`sink-unwritable`). */
  deliver(reference: SinkReference, issued: Issued, context: SinkContext): Promise<void>;
}

/** What resolving a place takes. */
export interface PlaceContext extends Pick<SecretsPlatform, "env" | "cwd"> {
  resolvePath(folder: string, spelled: string): Promise<PlacePath>;
}

export interface Issued {
  /** Secret ID: the client's, or that of the initial secret. */
  readonly id: string;
  readonly secret: SecretValue;
}

/** The outside that sinks may see, and what is known of the place. */
export interface SinkContext extends SourceContext {
  /** Whether the file that is at the place is one that we wrote; asked only where one is. */
  readonly isOurs: () => Promise<boolean>;
  /** The address of another resource whose secret was delivered there. */
  readonly otherOwner: () => Promise<string | undefined>;
  /** Names this one delivery, at random. */
  readonly token?: string;
  /** A proof may write, and remove what it wrote. */
  readonly provesByWriting?: boolean;
}

/** The secret is at its place, and nothing says that it outlasts a loss of power there. */
export class UnconfirmedError extends DiagnosticError {}

/** Tells options apart that may hold a secret, without repeating them. */
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
