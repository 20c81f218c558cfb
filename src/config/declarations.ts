/** What documents declare, decoded and not yet merged. */
import type {
  AgentSelector,
  Auth,
  Budget,
  DesiredClient,
  DesiredInitialSecret,
  DesiredLowerManager,
  FreezeWindow,
  Policy,
  SecretBlock,
  SecretReference,
} from "../model/desired-state";
import type { SourcePosition } from "../model/diagnostic";

export interface Declarations {
  readonly managers: ManagerDeclaration[];
  readonly states: { readonly path: string; readonly position: SourcePosition }[];
  /** Every literal value, with where it stands; whether it may is known only when the policies are merged. */
  readonly literals: Map<SecretReference, Literal>;
  /** Settings that broke the schema, by manager: they are not reported as missing. `WHOLE` for all of a manager. */
  readonly damaged: Map<string, ReadonlySet<string>>;
}

export interface Literal {
  readonly position: SourcePosition;
  /** Why the manager would refuse it, without any part of it. */
  readonly refusal?: string;
}

/** One mention of a manager; several of them merge. */
export interface ManagerDeclaration {
  readonly name: string;
  readonly position: SourcePosition;
  readonly settings: Partial<Settings>;
  /** The host name in `url`, as it was written. */
  readonly urlHost?: string;
  readonly protect: readonly string[];
  readonly freeze: readonly FreezeWindow[];
  readonly initialSecret?: DesiredInitialSecret;
  readonly clients: readonly DesiredClient[];
  readonly lowerManagers: readonly DesiredLowerManager[];
  readonly agents: readonly AgentEntry[];
}

/** What a manager has once. Its name in a message is its path in the YAML. */
export interface Settings {
  readonly url: Setting<string>;
  readonly host: Setting<string>;
  readonly auth: Setting<{ readonly auth: Auth; readonly position: SourcePosition }>;
  readonly "tls.ca": Setting<string>;
  readonly "tls.cert": Setting<string>;
  readonly "tls.key": Setting<string>;
  readonly "tls.insecure": Setting<boolean>;
  readonly proxy: Setting<string>;
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
  /** The value for a message; absent where it may not be shown. */
  readonly shown?: string;
  readonly position: SourcePosition;
}

/** An agent entry whose `managerHost` may still have to be taken from the merged manager. */
export interface AgentEntry {
  readonly selector:
    | { readonly by: "host"; readonly host: string; readonly managerHost?: string }
    | Extract<AgentSelector, { by: "match" }>;
  readonly secrets: SecretBlock;
  readonly position: SourcePosition;
}
