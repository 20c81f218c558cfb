/** What documents declare, decoded and not yet merged. */
import type {
  AuditSettings,
  Auth,
  Budget,
  FreezeWindow,
  Policy,
  SecretReference,
  StateSettings,
} from "../model/desired-state";
import type { SourcePosition } from "../model/diagnostic";
import type { ResourceKind } from "../resources/resource-kind";
import type { Literal } from "../yaml/decode-references";

export interface Declarations {
  readonly managers: ManagerDeclaration[];
  readonly states: { readonly settings: StateSettings; readonly position: SourcePosition }[];
  readonly audits: AuditSettings[];
  /** Where `audit` is declared, valid or not. */
  readonly auditPlaces: SourcePosition[];
  /**
   * Every literal value, with its position; whether literals are permitted is known only after the policies are
   * merged.
   */
  readonly literals: Map<SecretReference, Literal>;
  /**
   * Settings that violate the schema, by manager: they are not reported as missing. `WHOLE` means the whole manager.
   */
  readonly damaged: Map<string, ReadonlySet<string>>;
  /** Names of the environment variables that settings were taken from. */
  readonly variables: Set<string>;
}

/** One mention of a manager; several of them merge. */
export interface ManagerDeclaration {
  readonly name: string;
  readonly position: SourcePosition;
  /** Whether its settings and resources may replace those of an earlier file. */
  readonly overrides: boolean;
  readonly settings: Partial<Settings>;
  /** The host name in `url`, as it was written. */
  readonly urlHost?: string | undefined;
  readonly protect: readonly string[];
  readonly freeze: readonly FreezeWindow[];
  /** What it declares of each kind, as the kind decodes it. */
  readonly resources: ReadonlyMap<ResourceKind, readonly unknown[]>;
}

/** The settings that a manager has once. A message names each by its path in the YAML. */
export interface Settings {
  readonly url: Setting<string>;
  readonly host: Setting<string>;
  readonly auth: Setting<{ readonly auth: Auth; readonly position: SourcePosition }>;
  readonly "tls.ca": Setting<string>;
  readonly "tls.cert": Setting<string>;
  readonly "tls.key": Setting<string>;
  readonly "tls.insecure": Setting<boolean>;
  readonly proxy: Setting<string>;
  readonly zone: Setting<string>;
  readonly "policy.prune": Setting<Policy["prune"]>;
  readonly "policy.unverified": Setting<Policy["unverified"]>;
  readonly "policy.maxDeletes": Setting<Budget>;
  readonly "policy.maxRotations": Setting<Budget>;
  readonly "policy.rotateDue": Setting<boolean>;
  readonly "policy.allowLiteralSecrets": Setting<boolean>;
}

export interface Setting<T> {
  readonly value: T;
  /** Equal for equal values, and no secret. */
  readonly identity: string;
  /** The value for a message; absent if it must not be shown. */
  readonly shown?: string | undefined;
  readonly position: SourcePosition;
}
