/** What a manager can declare: the shape of each resource, and of what it refers to. */
import type { AgentRef } from "./agent-ref";
import type { SourcePosition } from "./diagnostic";
import type { SecretValue } from "./secret-value";
import type { LockHolder } from "./state-listing";

export interface DesiredInitialSecret {
  /** Raising it issues a new initial secret. */
  readonly generation: number;
  /** Age in milliseconds from which it is due for rotation. */
  readonly rotateAfterMs?: number | undefined;
  readonly deliverTo: SinkReference;
  readonly position: SourcePosition;
}

export interface DesiredClient {
  /** The ID; with a template, that of the declared generation. */
  readonly id: string;
  readonly template?: IdTemplate | undefined;
  /** Raising it deletes the client and reissues it, or with a template issues another one beside it. */
  readonly generation: number;
  /** Age in milliseconds from which it is due for rotation. */
  readonly rotateAfterMs?: number | undefined;
  readonly deliverTo: SinkReference;
  /** The process that issues it for a job and deletes it when the job ends; absent if a file declares it. */
  readonly usedBy?: LockHolder;
  readonly position: SourcePosition;
}

/** A client of which each generation has an ID of its own, so that the old one stays valid beside the new one. */
export interface IdTemplate {
  /** With `{generation}` in it. */
  readonly text: string;
  /** How long the old client stays after the new one was delivered. */
  readonly overlapMs: number;
}

export interface DesiredLowerManager {
  readonly host: string;
  readonly initialSecret:
    | { readonly from: "source"; readonly source: SecretReference }
    /** Issue a fresh initial secret on that manager when the lower manager has to be added. */
    | { readonly from: "manager"; readonly manager: string };
  readonly position: SourcePosition;
}

/** One entry under `agents:`. */
export interface AgentDeclaration {
  readonly selector: AgentSelector;
  readonly secrets: SecretBlock;
  readonly position: SourcePosition;
}

export type AgentSelector =
  | ({ readonly by: "host" } & AgentRef)
  | {
      /** Matches the live agent list; every given criterion must hold. `*` and `?` are wildcards. */
      readonly by: "match";
      readonly match: string;
      readonly managerHost?: string | undefined;
      readonly os?: string | undefined;
      /** Add-ons that the agent must have, enabled. */
      readonly addons?: readonly string[] | undefined;
    };

/**
 * The secrets of one entry under `agents:`, by key. It is compared by identity: a block that a selector gives to a
 * thousand agents is one object, and is digested once.
 */
export type SecretBlock = ReadonlyMap<string, DesiredSecret>;

export interface DesiredSecret {
  readonly source: SecretReference;
  readonly position: SourcePosition;
}

/** Where a secret value comes from. `type` names a file in `src/secrets/sources/`. */
export type SecretReference = { readonly type: "literal"; readonly value: SecretValue } | ExternalReference;

/** Where an issued secret is delivered. `type` names a file in `src/secrets/sinks/`; `sinksIn` knows lists of them. */
export interface SinkReference extends ExternalReference {
  /** Absent for a list: each of its sinks has its own. */
  readonly position?: SourcePosition;
}

export interface ExternalReference {
  readonly type: string;
  /** The value under the type's key in the YAML, already checked by the schema. */
  readonly options: unknown;
  /** Absolute folder that relative paths in `options` start from. */
  readonly folder: string;
}
