import {
  type AgentRef,
  clientAddress,
  initialSecretAddress,
  lowerManagerAddress,
  secretAddress,
} from "../model/address";
import type { ListedKeys } from "../model/listed-keys";
import type { SecretValue } from "../model/secret-value";
import { type Authentication, anonymous } from "./authentication";
import type { Call } from "./call";
import type { Caller } from "./caller";
import {
  readAgents,
  readClientIds,
  readClientSecret,
  readFailedHosts,
  readInitialSecret,
  readLowerManagers,
  readNothing,
  readSecretKeys,
  readVersion,
} from "./decode";
import { RepeatedAnswers } from "./parsed-answers";
import type { Agent, AgentSecretsChange, Answer, IssuedSecret, ManagerPort, ManagerVersion } from "./port";
import type { Transport, TransportReply } from "./transport";
import type {
  AddLowerManagerRequest,
  AgentReference,
  DeleteClientsRequest,
  DeleteLowerManagersRequest,
  IssueClientRequest,
  SecretsChange,
} from "./wire";

/** A thousand keys of a thousand characters, each escaped at its longest (`\u0041`), are 6 MB. */
const MAX_SECRETS_ANSWER = 8 * 1024 * 1024;

/** Answers that hold one secret, or nothing, or an error. */
const MAX_SMALL_ANSWER = 1024 * 1024;

/** The port over HTTP: what each call sends, and which function decodes its answer. */
export class ManagerClient implements ManagerPort {
  readonly #secretKeys = new RepeatedAnswers<ListedKeys>((reply, answerDigest) =>
    // Not enumerable, so that the list compares like any other.
    Object.defineProperty(readSecretKeys(reply), "answerDigest", { value: answerDigest }),
  );
  readonly #caller: Caller;
  readonly #authentication: Authentication;
  readonly #transport: Transport;
  #latestAddition: { readonly of: AgentSecretsChange["add"]; readonly text: string } | undefined;
  #closing: Promise<void> | undefined;

  constructor(caller: Caller, authentication: Authentication, transport: Transport) {
    this.#caller = caller;
    this.#authentication = authentication;
    this.#transport = transport;
  }

  version(): Promise<ManagerVersion> {
    return this.#caller.run(VERSION, anonymous);
  }

  issueInitialSecret(): Promise<IssuedSecret> {
    return this.#run(ISSUE_INITIAL_SECRET);
  }

  issueClient(id: string): Promise<IssuedSecret> {
    return this.#run({
      method: "POST",
      resource: "secret/client/generateInfo",
      kind: "write",
      resourceGroup: "*",
      confidential: true,
      body: JSON.stringify({ clientId: id } satisfies IssueClientRequest),
      addresses: (manager) => [clientAddress(manager, id)],
      maxBytes: MAX_SMALL_ANSWER,
      read: readClientSecret,
    });
  }

  listClients(): Promise<readonly string[]> {
    return this.#run(LIST_CLIENTS);
  }

  deleteClients(ids: readonly string[]): Promise<void> {
    return this.#run({
      method: "POST",
      resource: "secret/client/deleteInfo",
      kind: "write",
      resourceGroup: "*",
      body: JSON.stringify({ clientIds: [...ids] } satisfies DeleteClientsRequest),
      addresses: (manager) => ids.map((id) => clientAddress(manager, id)),
      maxBytes: MAX_SMALL_ANSWER,
      read: readNothing,
    });
  }

  listLowerManagers(): Promise<readonly string[]> {
    return this.#run(LIST_LOWER_MANAGERS);
  }

  putLowerManager(host: string, initialSecret: SecretValue): Promise<void> {
    return this.#run({
      method: "POST",
      resource: "subManagers/createInfo",
      kind: "write",
      resourceGroup: "*",
      confidential: true,
      body: JSON.stringify({
        hostname: host,
        initialsecret: initialSecret.reveal(),
      } satisfies AddLowerManagerRequest),
      addresses: (manager) => [lowerManagerAddress(manager, host)],
      maxBytes: MAX_SMALL_ANSWER,
      read: readNothing,
    });
  }

  deleteLowerManagers(hosts: readonly string[]): Promise<Answer<readonly string[]>> {
    return this.#run({
      method: "POST",
      resource: "subManagers/deleteInfo",
      kind: "write",
      resourceGroup: "*",
      body: JSON.stringify({ subManagers: [...hosts] } satisfies DeleteLowerManagersRequest),
      addresses: (manager) => hosts.map((host) => lowerManagerAddress(manager, host)),
      read: readFailedHosts,
    });
  }

  listAgents(): Promise<Answer<readonly Agent[]>> {
    return this.#run(LIST_AGENTS);
  }

  listAgentSecrets(agent: AgentRef): Promise<ListedKeys> {
    return this.#run(listSecrets(agent, (reply) => this.#secretKeys.read(reply)));
  }

  listChangedAgentSecrets(agent: AgentRef, answerDigest: string): Promise<ListedKeys | undefined> {
    return this.#run(listSecrets(agent, (reply) => this.#secretKeys.readUnless(reply, answerDigest)));
  }

  changeAgentSecrets(agent: AgentRef, change: AgentSecretsChange): Promise<void> {
    return this.#run({
      method: "POST",
      resource: "agents/secrets/change",
      kind: "write",
      resourceGroup: "agent",
      confidential: true,
      body: this.#secretsChange(agent, change),
      addresses: (manager) =>
        [...change.add.map(({ key }) => key), ...change.delete].map((key) =>
          secretAddress(manager, agent, key),
        ),
      maxBytes: MAX_SMALL_ANSWER,
      read: readNothing,
    });
  }

  /** Many agents get the same secrets one after the other: these are encoded once. */
  #secretsChange(agent: AgentRef, { add, delete: deleted }: AgentSecretsChange): string {
    const change: SecretsChange = { ...toReference(agent), ...toDeletion(deleted) };
    const text = JSON.stringify(change);
    if (add.length === 0) return text;
    if (this.#latestAddition?.of !== add)
      this.#latestAddition = { of: add, text: JSON.stringify(toAddition(add)) };
    return `${text.slice(0, -1)},"add":${this.#latestAddition.text}}`;
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    await this.#authentication.close();
    await this.#transport.close();
  }

  #run<T>(call: Call<T>): Promise<T> {
    return this.#caller.run(call, this.#authentication);
  }
}

const VERSION: Call<ManagerVersion> = {
  method: "GET",
  resource: "/im/api/version",
  kind: "read",
  maxBytes: MAX_SMALL_ANSWER,
  read: readVersion,
};

const ISSUE_INITIAL_SECRET: Call<IssuedSecret> = {
  method: "POST",
  resource: "secret/generateInfo",
  kind: "write",
  resourceGroup: "*",
  confidential: true,
  addresses: (manager) => [initialSecretAddress(manager)],
  maxBytes: MAX_SMALL_ANSWER,
  read: readInitialSecret,
};

const LIST_CLIENTS: Call<readonly string[]> = {
  method: "GET",
  resource: "secret/client/list",
  kind: "read",
  resourceGroup: "*",
  read: readClientIds,
};

const LIST_LOWER_MANAGERS: Call<readonly string[]> = {
  method: "GET",
  resource: "subManagers",
  kind: "read",
  resourceGroup: "*",
  read: readLowerManagers,
};

const LIST_AGENTS: Call<Answer<readonly Agent[]>> = {
  method: "POST",
  resource: "agents",
  kind: "read",
  resourceGroup: "any",
  read: readAgents,
};

function listSecrets<T>(agent: AgentRef, read: (reply: TransportReply) => T): Call<T> {
  return {
    method: "POST",
    resource: "agents/secrets",
    kind: "read",
    resourceGroup: "agent",
    body: JSON.stringify(toReference(agent)),
    maxBytes: MAX_SECRETS_ANSWER,
    read,
  };
}

function toReference(agent: AgentRef): AgentReference {
  return { agenthost: agent.host, managerhost: agent.managerHost };
}

/** An empty half is left out: the manual does not say what an empty `add` or `delete` would do. */
function toDeletion(keys: readonly string[]): Pick<SecretsChange, "delete"> {
  return keys.length === 0 ? {} : { delete: { secrets: keys.map((key) => ({ key })) } };
}

function toAddition(secrets: AgentSecretsChange["add"]): NonNullable<SecretsChange["add"]> {
  return { secrets: secrets.map(({ key, value }) => ({ key, secret: value.reveal() })) };
}
