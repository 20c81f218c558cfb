/** What the engine needs of secrets: values in, fingerprints, issued secrets out. */
import type { SecretReference, SinkReference } from "../model/desired-state";
import type { SecretValue } from "../model/secret-value";

export interface SecretResolver {
  /**
   * The value behind a reference; read once per run, however often it is asked for.
   * Rejects with a `DiagnosticError` (`source-unresolved`) that tells where it looked, and never what it saw.
   */
  resolve(reference: SecretReference): Promise<SecretValue>;
}

/** Issued secrets on their way out. */
export interface Delivery {
  /** Proves, before anything is issued, that `deliver` can be expected to succeed. Rejects with a `DiagnosticError`. */
  prove(sink: SinkReference): Promise<void>;
  /** Durable when it resolves. Rejects with a `DiagnosticError` (`sink-unwritable`). */
  deliver(sink: SinkReference, issued: { readonly id: string; readonly secret: SecretValue }): Promise<void>;
  /** The sink as a person reads it: `file out/fluentd-web.secret`. */
  describe(sink: SinkReference): string;
}

/** Keyed digests. Two agents, or two keys, that hold one value have different fingerprints. */
export interface Fingerprints {
  /** Names the key without revealing it: fingerprints made under different keys must not be compared. */
  readonly keyId: string;
  value(address: string, value: SecretValue): string;
  /** One digest over a block's keys and values, in the order of the keys. */
  block(entries: Iterable<readonly [key: string, value: SecretValue]>): string;
  /** One digest over everything that decides whether an agent is in sync. */
  agent(address: string, parts: readonly string[]): string;
}
