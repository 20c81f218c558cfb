/**
 * The manager as the engine sees it. `src/api` implements it over HTTP; tests may implement it with anything that
 * behaves the same. Every method rejects with a `ManagerError` and with nothing else.
 */
import type { AgentRef } from "../model/address";
import type { ListedKeys } from "../model/listed-keys";
import type { SecretValue } from "../model/secret-value";

export interface ManagerPort {
  /** `GET /im/api/version` (5.12.1): needs no authentication. */
  version(): Promise<ManagerVersion>;

  /** `POST secret/generateInfo` (5.4.3): replaces the initial secret; the former one stops working. */
  issueInitialSecret(): Promise<IssuedSecret>;

  /** `POST secret/client/generateInfo` (5.4.5): the secret is shown here and never again. */
  issueClient(id: string): Promise<IssuedSecret>;
  /** `GET secret/client/list` (5.4.6): IDs of all clients, including those of agents and managers. */
  listClients(): Promise<readonly string[]>;
  /** `POST secret/client/deleteInfo` (5.4.4): fails when one ID is not registered. */
  deleteClients(ids: readonly string[]): Promise<void>;

  /** `GET subManagers` (5.19.1). */
  listLowerManagers(): Promise<readonly string[]>;
  /** `POST subManagers/createInfo` (5.19.2): adds the host, or updates it. */
  putLowerManager(host: string, initialSecret: SecretValue): Promise<void>;
  /** `POST subManagers/deleteInfo` (5.19.3): a partial answer names the hosts whose own side is not cleaned up. */
  deleteLowerManagers(hosts: readonly string[]): Promise<Answer<readonly string[]>>;

  /** `POST agents` (5.18.1): a partial answer lacks the agents of some managers. */
  listAgents(): Promise<Answer<readonly Agent[]>>;

  /** `POST agents/secrets` (5.18.3): the keys; values cannot be read. */
  listAgentSecrets(agent: AgentRef): Promise<ListedKeys>;
  /** The same, or `undefined` if the answer has the digest `answerDigest`: it is then not parsed. */
  listChangedAgentSecrets(agent: AgentRef, answerDigest: string): Promise<ListedKeys | undefined>;
  /** `POST agents/secrets/change` (5.18.4). */
  changeAgentSecrets(agent: AgentRef, change: AgentSecretsChange): Promise<void>;

  /** Logs out where a session is open and closes the connections. */
  close(): Promise<void>;
}

/**
 * An answer that may cover only a part of what was asked: the type makes callers check `complete` before they read
 * the value.
 */
export type Answer<T> =
  | { readonly complete: true; readonly value: T }
  | { readonly complete: false; readonly partial: T; readonly warnings: readonly ManagerWarning[] };

/** One entry of a `messageList` (5.2.6), with the manual's meaning of its ID. */
export interface ManagerWarning {
  readonly messageId: string;
  readonly message: string;
  readonly meaning: string;
}

export interface ManagerVersion {
  readonly productName: string;
  readonly productVersion: string;
  readonly apiVersion: readonly string[];
}

export interface IssuedSecret {
  readonly secret: SecretValue;
  /** UTC, `YYYY-MM-DDThh:mm:ssZ`. */
  readonly lastUpdateTime: string;
}

export interface Agent extends AgentRef {
  readonly id: string;
  readonly os: string;
  readonly addons: readonly { readonly name: string; readonly enabled: boolean }[];
}

export interface AgentSecretsChange {
  readonly add: readonly { readonly key: string; readonly value: SecretValue }[];
  readonly delete: readonly string[];
}

/** A write that is about to be sent, without its body. */
export interface WriteToSend {
  readonly manager: string;
  readonly method: string;
  readonly path: string;
  /** Addresses of the resources that it changes. */
  readonly addresses: readonly string[];
}

export interface WriteEnd {
  /** Requests that were sent for it. */
  readonly requests: number;
  /** Absent where the manager carried it out. */
  readonly error?: unknown;
}

/**
 * Called, and awaited, before the first request of a write. If it rejects, with a `ManagerError`, nothing is sent. It
 * resolves to a function that is called at the end of the write and never rejects.
 */
export type OnWrite = (write: WriteToSend) => Promise<(end: WriteEnd) => Promise<void>>;

/** One request and its answer, without bodies and headers. */
export interface ExchangeEvent {
  readonly type: "request";
  readonly manager: string;
  readonly method: string;
  readonly path: string;
  /** Absent where no answer came. */
  readonly status?: number | undefined;
  /** Why no answer came: `timeout`, `lost`. */
  readonly fault?: string | undefined;
  /** Counted from 1. */
  readonly attempt: number;
  /** When it was begun, in milliseconds since the epoch, and how many it took. */
  readonly at: number;
  readonly ms: number;
  /** Bytes of the two bodies; absent for a call that carries a secret. */
  readonly sent?: number | undefined;
  readonly received?: number | undefined;
  /** The proxy that it went through, without credentials. */
  readonly proxy?: string | undefined;
}
