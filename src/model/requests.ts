/** The API requests of a plan, by type: the content of each, and what was true when the plan was created. */
import type { AgentRef } from "./agent-ref";

/** `POST secret/generateInfo` (5.4.3). */
export interface IssueInitialSecret {
  readonly type: "issue-initial-secret";
  /** False if it is needed only to add a lower manager, and no delivery is declared. */
  readonly deliver: boolean;
}

/** `POST subManagers/createInfo` (5.19.2). */
export interface PutLowerManager {
  readonly type: "put-lower-manager";
  readonly host: string;
  /** Manager on which to issue the initial secret that is sent; absent if the secret has a source. */
  readonly issue_on?: string | undefined;
  /** Whether the host was registered when the plan was made. */
  readonly registered: boolean;
}

/** `POST agents/secrets/change` (5.18.4). */
export interface ChangeAgentSecrets {
  readonly type: "change-agent-secrets";
  readonly agent: AgentRef;
  /** Keys to add or overwrite, sorted. */
  readonly add: readonly string[];
  /** Keys to delete, sorted. */
  readonly delete: readonly string[];
  readonly precondition: {
    /** Number of keys registered on the agent when the plan was made. */
    readonly registered: number;
    /** Those of `add` that were already registered, sorted. */
    readonly overwrites: readonly string[];
    /** SHA-256 over all keys that were on the agent when the plan was made: `sha256:` and hex. */
    readonly keys: string;
  };
}

/** `POST secret/client/deleteInfo` (5.4.4). All of them were there when the plan was made. */
export interface DeleteClients {
  readonly type: "delete-clients";
  readonly ids: readonly string[];
}

/** `POST secret/client/generateInfo` (5.4.5). */
export interface IssueClient {
  readonly type: "issue-client";
  readonly client_id: string;
  /** Whether a client with this ID was there when the plan was made; it is then deleted first. */
  readonly registered: boolean;
}

/** `POST subManagers/deleteInfo` (5.19.3). All of them were registered when the plan was made. */
export interface DeleteLowerManagers {
  readonly type: "delete-lower-managers";
  readonly hosts: readonly string[];
}
