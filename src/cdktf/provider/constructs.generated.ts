// Generated from src/terraform by `npm run generate`. Do not edit.

import { ComplexList, ComplexObject, Fn, type IResolvable, NumberMap, StringMap, type TerraformMetaArguments } from "cdktf";
import type { Construct } from "constructs";
import type { SecretSink, SecretSource } from "../props";
import { type AttributeNames, ProviderBlock, ProviderDataSource, ProviderResource } from "./elements";

export interface Jp1imProviderTls {
  /** PEM file with the authorities to trust. */
  readonly ca?: string;
  /** PEM file with the client certificate, for mutual TLS. */
  readonly cert?: string;
  /** PEM file with its private key, without a passphrase. */
  readonly key?: string;
  /** Accept any certificate. Anyone between the provider and the manager can then read the credentials. */
  readonly insecure?: boolean | IResolvable;
}

export interface Jp1imProviderPolicy {
  /**
   * `owned` (default): the provider deletes from the manager what a resource no longer declares, and what
   * a destroyed resource declared. `none`: the provider leaves it on the manager and only forgets it.
   */
  readonly prune?: string;
  /**
   * Patterns of what the provider never deletes and never issues again; it still writes declared values. A
   * pattern with a `/` matches addresses; any other pattern matches client IDs, lower-manager hosts and
   * secret keys. `immgr.*` is always protected.
   */
  readonly protect?: readonly string[];
  /**
   * How much one change of a resource may delete: a count, `"10"`, or a share of what is managed on the
   * manager, `"30%"` (default). The provider refuses a change that would delete more. A share always
   * allows five. Destroying a resource does not count.
   */
  readonly maxDeletes?: string;
  /**
   * The same for secrets that are issued again. A resource issues at most one, so `"0"` refuses every
   * rotation, and any other number allows every rotation.
   */
  readonly maxRotations?: string;
  /**
   * `write` (default): the provider writes a value whose last write is unknown. `keep`: the provider
   * leaves it as it is.
   */
  readonly unverified?: string;
}

export interface Jp1imProviderConfig {
  /**
   * The manager's name in addresses and in the state's folder. Default: the host name of `url`. To change
   * it, run `jp1im state mv` as well.
   */
  readonly name?: string;
  /** Address of the manager's REST API: `https://host:port`. Default: `JP1IM_URL` in the environment. */
  readonly url?: string;
  /** The manager's own host name, under which its agents know it. Default: the host name of `url`. */
  readonly host?: string;
  /** JP1 user with `JP1_Console_Admin`. Default: `JP1IM_USER` in the environment. */
  readonly user?: string;
  /** The user's password; give it an ephemeral value. Default: `JP1IM_PASSWORD` in the environment. */
  readonly password?: string;
  /**
   * Source of the password, instead of `password`: `{ file: "…" }`, `{ env: "…" }`, `{ exec: ["…"] }`,
   * `{ sops: {…} }`, `{ age: "…" }` or `{ vault: {…} }`.
   */
  readonly passwordSource?: SecretSource | IResolvable;
  /** `false` sends the user and the password with each request, instead of opening a session. */
  readonly session?: boolean | IResolvable;
  /** TLS settings; paths start from the working folder. */
  readonly tls?: Jp1imProviderTls;
  /** HTTP proxy for requests, or `none`. Default: what `HTTPS_PROXY` and `NO_PROXY` set. */
  readonly proxy?: string;
  /** Maximum number of requests in flight on the manager. Default: 10. */
  readonly parallelism?: number;
  /**
   * Seconds within which an answer of the manager has to begin. Default: 60. A request with its retries
   * takes at most twice as long. The same limit applies to the sum of the pauses that a busy manager asks
   * for (429, 503). A request that timed out may have been carried out, so the provider checks before it
   * repeats it.
   */
  readonly timeout?: number;
  /**
   * Place of jp1im's own state, which records what was written (as keyed fingerprints) and what is being
   * issued. A folder, or `git+URL#BRANCH`, `https://HOST/PATH/{manager}` or
   * `postgres://USER@HOST/DATABASE`, as with `--state`. Keep it as carefully as Terraform's state.
   * Default: `.jp1im` in the working folder.
   */
  readonly state?: string;
  /**
   * Key of the fingerprints, 32 bytes in base64. Default: `JP1IM_STATE_KEY` in the environment, else a key
   * file in the state's folder.
   */
  readonly stateKey?: string;
  /** Seconds to wait while another run holds the state's lock. Default: 60. */
  readonly lockTimeout?: number;
  /**
   * What a refresh and a plan do if an agent or a manager does not answer: `error` (default) stops them;
   * `warn` shows one warning and keeps the last known values. What does not answer is never treated as
   * absent.
   */
  readonly unreachable?: string;
  /** What the provider may do besides creating what is missing. */
  readonly policy?: Jp1imProviderPolicy;
  /** What tells several blocks of the provider apart: a resource names one as its `provider`. */
  readonly alias?: string;
}

const jp1imProviderAttributes: AttributeNames = [
  "name",
  "url",
  "host",
  "user",
  "password",
  "password_source",
  "session",
  { name: "tls", nested: ["ca", "cert", "key", "insecure"] },
  "proxy",
  "parallelism",
  "timeout",
  "state",
  "state_key",
  "lock_timeout",
  "unreachable",
  { name: "policy", nested: ["prune", "protect", "max_deletes", "max_rotations", "unverified"] },
];

/**
 * The provider: one block is one JP1/IM manager.
 *
 * @example
 * new Jp1imProvider(stack, "jp1im", {
 *   name: "tokyo",
 *   url: TOKYO_URL,
 *   host: "immhost01",
 *   user: "jp1admin",
 *   policy: { protect: ["legacy-*"] },
 * });
 */
export class Jp1imProvider extends ProviderBlock {
  static readonly tfResourceType = "jp1im";

  constructor(scope: Construct, id: string, config: Jp1imProviderConfig = {}) {
    super(scope, id, jp1imProviderAttributes, config);
  }
}

export interface ClientConfig extends TerraformMetaArguments {
  /**
   * 1-280 printable ASCII characters without `:`; not beginning with `AGENT_` or `MANAGER_`. Another value
   * replaces the resource.
   */
  readonly id: string;
  /** Raise it to issue a new secret; the former one stops working. Default: 1. */
  readonly generation?: number;
  /**
   * Age at which a plan issues a new secret: `12h`, `90d`, `2w`. If it is set, the provider also replaces
   * a secret that is no longer in its file; if it is not set, the provider only warns in both cases.
   */
  readonly rotateAfter?: string;
  /**
   * Required to issue a secret; an imported resource does not need it until then. Where the issued secret
   * goes, spelled as in the YAML: `{ file: "…" }`, `{ age: {…} }`, `{ exec: ["…"] }`, `{ vault: {…} }`, or
   * a list of them. Relative paths start from the working folder. No state contains the secret.
   */
  readonly deliverTo?: SecretSink | readonly SecretSink[] | IResolvable;
}

const clientAttributes: AttributeNames = ["id", "generation", "rotate_after", "deliver_to"];

/**
 * An IM client: the ID and the secret with which an application calls the manager's APIs for events and
 * trend data. The secret is issued once and delivered; Terraform never sees it.
 *
 * @example
 * const fluentd = new Client(stack, "fluentd", {
 *   id: "fluentd-web",
 *   rotateAfter: "90d",
 *   deliverTo: { file: "out/fluentd-web.secret" },
 * });
 */
export class Client extends ProviderResource {
  static readonly tfResourceType = "jp1im_client";

  constructor(scope: Construct, id: string, config: ClientConfig) {
    super(scope, id, Client.tfResourceType, clientAttributes, config);
  }

  get id(): string {
    return this.getStringAttribute("id");
  }

  /** The resource's address. */
  get address(): string {
    return this.getStringAttribute("address");
  }

  get generation(): number {
    return this.getNumberAttribute("generation");
  }

  get rotateAfter(): string {
    return this.getStringAttribute("rotate_after");
  }

  /** When the secret was issued, by the manager's clock. */
  get issuedAt(): string {
    return this.getStringAttribute("issued_at");
  }

  /** When the secret is due for rotation; null without `rotateAfter`. */
  get nextRotation(): string {
    return this.getStringAttribute("next_rotation");
  }
}

export interface InitialSecretConfig extends TerraformMetaArguments {
  /** Raise it to issue a new secret; the former one stops working. Default: 1. */
  readonly generation?: number;
  /**
   * Age at which a plan issues a new secret: `12h`, `90d`, `2w`. If it is set, the provider also replaces
   * a secret that is no longer in its file; if it is not set, the provider only warns in both cases.
   */
  readonly rotateAfter?: string;
  /**
   * Required to issue a secret; an imported resource does not need it until then. Where the issued secret
   * goes, spelled as in the YAML: `{ file: "…" }`, `{ age: {…} }`, `{ exec: ["…"] }`, `{ vault: {…} }`, or
   * a list of them. Relative paths start from the working folder. No state contains the secret.
   */
  readonly deliverTo?: SecretSink | readonly SecretSink[] | IResolvable;
}

const initialSecretAttributes: AttributeNames = ["generation", "rotate_after", "deliver_to"];

/**
 * The manager's initial secret. Agent installers, lower managers and applications that enrol themselves
 * need it. A manager has one initial secret, and issuing a new one replaces it. Destroying the resource
 * only forgets it: an initial secret stays valid until the next one is issued.
 *
 * @example
 * new InitialSecret(stack, "initial", { deliverTo: { file: "out/immhost01.initial" } });
 */
export class InitialSecret extends ProviderResource {
  static readonly tfResourceType = "jp1im_initial_secret";

  constructor(scope: Construct, id: string, config: InitialSecretConfig = {}) {
    super(scope, id, InitialSecret.tfResourceType, initialSecretAttributes, config);
  }

  /** The resource's address. */
  get address(): string {
    return this.getStringAttribute("address");
  }

  get generation(): number {
    return this.getNumberAttribute("generation");
  }

  get rotateAfter(): string {
    return this.getStringAttribute("rotate_after");
  }

  /** When the secret was issued, by the manager's clock. */
  get issuedAt(): string {
    return this.getStringAttribute("issued_at");
  }

  /** When the secret is due for rotation; null without `rotateAfter`. */
  get nextRotation(): string {
    return this.getStringAttribute("next_rotation");
  }
}

export interface LowerManagerIssueOnTls {
  /** PEM file with the authorities to trust. */
  readonly ca?: string;
  /** PEM file with the client certificate, for mutual TLS. */
  readonly cert?: string;
  /** PEM file with its private key, without a passphrase. */
  readonly key?: string;
  /** Accept any certificate. Anyone between the provider and the manager can then read the credentials. */
  readonly insecure?: boolean | IResolvable;
}

export interface LowerManagerIssueOn {
  /**
   * Name of that manager in the state's folder. If it has its own provider block, use the name from there.
   * Default: the host name of `url`.
   */
  readonly name?: string;
  /** Address of its REST API: `https://host:port`. */
  readonly url: string;
  /** Its own host name. Default: the host name of `url`. */
  readonly host?: string;
  /** JP1 user with `JP1_Console_Admin` on it. */
  readonly user: string;
  /**
   * Source of the user's password: `{ file: "…" }`, `{ env: "…" }`, `{ exec: ["…"] }`, `{ sops: {…} }` or
   * `{ vault: {…} }`.
   */
  readonly passwordSource: SecretSource | IResolvable;
  /** `false` sends the user and the password with each request, instead of opening a session. */
  readonly session?: boolean | IResolvable;
  /** TLS settings; paths start from the working folder. */
  readonly tls?: LowerManagerIssueOnTls;
  /** HTTP proxy for requests, or `none`. */
  readonly proxy?: string;
}

export interface LowerManagerConfig extends TerraformMetaArguments {
  /** Its host name, as IM Configuration Management knows it. Another value replaces the resource. */
  readonly host: string;
  /**
   * The lower manager's own initial secret, instead of `issueOn`. One of the two is required to add the
   * lower manager; an imported one needs neither. Neither plan nor state contains it. A changed secret
   * shows in `fingerprint` by itself, and the provider sends it. Write-only.
   */
  readonly initialSecretWo?: string;
  /**
   * The lower manager's own REST API. The provider calls it only when it adds the lower manager: it issues
   * a new initial secret there, and the former one stops working.
   */
  readonly issueOn?: LowerManagerIssueOn;
}

const lowerManagerAttributes: AttributeNames = [
  "host",
  "initial_secret_wo",
  { name: "issue_on", nested: ["name", "url", "host", "user", "password_source", "session", { name: "tls", nested: ["ca", "cert", "key", "insecure"] }, "proxy"] },
];

/**
 * A manager under this integrated manager. Register it as a subordinate in IM Configuration Management
 * first.
 *
 * @example
 * const osaka = new LowerManager(stack, "osaka", {
 *   host: "immhost-osaka",
 *   initialSecretWo: ephemeral("osaka_initial_secret"),
 * });
 */
export class LowerManager extends ProviderResource {
  static readonly tfResourceType = "jp1im_lower_manager";

  constructor(scope: Construct, id: string, config: LowerManagerConfig) {
    super(scope, id, LowerManager.tfResourceType, lowerManagerAttributes, config);
  }

  get host(): string {
    return this.getStringAttribute("host");
  }

  /** The resource's address. */
  get address(): string {
    return this.getStringAttribute("address");
  }

  /** A keyed digest of the initial secret that was sent; null with `issueOn`. */
  get fingerprint(): string {
    return this.getStringAttribute("fingerprint");
  }
}

export interface AgentSecretsConfig extends TerraformMetaArguments {
  /**
   * The agent's host name, as the manager's list spells it. Exactly one of `host` and `match`. Another
   * value replaces the resource.
   */
  readonly host?: string;
  /**
   * Selects agents of the manager's list by their host names; `*` and `?` are wildcards. Exactly one of
   * `host` and `match`.
   */
  readonly match?: string;
  /**
   * With `host`: the manager that the agent reports to; default: the provider's own host. With `match`: a
   * pattern of such hosts.
   */
  readonly managerHost?: string;
  /** With `match`: the operating system, `linux` or `windows`. */
  readonly os?: string;
  /** With `match`: add-ons that have to be there and enabled. */
  readonly addons?: readonly string[];
  /**
   * The values, by key: 1-1024 printable ASCII characters. Required, except for an imported agent: without
   * it the resource declares none of the agent's keys, and changes none. Neither plan nor state contains
   * the values. A changed value shows in `fingerprints` by itself; there is no version to raise.
   * Write-only.
   */
  readonly secretsWo?: { readonly [key: string]: string };
  /**
   * What the provider does with keys that are no longer declared, and with all keys of a destroyed
   * resource: `owned` deletes them, `none` leaves them on the agent. Default: the provider's
   * `policy.prune`.
   */
  readonly prune?: string;
}

const agentSecretsAttributes: AttributeNames = [
  "host",
  "match",
  "manager_host",
  "os",
  "addons",
  "secrets_wo",
  "prune",
];

/**
 * Secrets of integrated agents: of one agent, or of all agents that a selector matches. The provider sends
 * one request to each agent that differs, and none to the others. Several resources may declare different
 * keys of one agent.
 *
 * @example
 * const mail = new AgentSecrets(stack, "mail", {
 *   match: "web*",
 *   secretsWo: { "smtp.user": "mailer", "smtp.password": ephemeral("smtp_password") },
 * });
 */
export class AgentSecrets extends ProviderResource {
  static readonly tfResourceType = "jp1im_agent_secrets";

  constructor(scope: Construct, id: string, config: AgentSecretsConfig = {}) {
    super(scope, id, AgentSecrets.tfResourceType, agentSecretsAttributes, config);
  }

  /** The agent's address; with `match`, the address of all agents and the selector's criteria. */
  get id(): string {
    return this.getStringAttribute("id");
  }

  get host(): string {
    return this.getStringAttribute("host");
  }

  get match(): string {
    return this.getStringAttribute("match");
  }

  get managerHost(): string {
    return this.getStringAttribute("manager_host");
  }

  get os(): string {
    return this.getStringAttribute("os");
  }

  get addons(): string[] {
    return this.getListAttribute("addons");
  }

  get prune(): string {
    return this.getStringAttribute("prune");
  }

  /**
   * A keyed digest of each value. After a refresh, a key that is not on every agent has null, so that a
   * deleted key shows as a change. A key that an apply could not write to every agent has null as well.
   */
  get fingerprints(): StringMap {
    return new StringMap(this, "fingerprints");
  }

  /** The agents that have the secrets, as `MANAGER_HOST/HOST`. */
  get agents(): string[] {
    return Fn.tolist(this.getListAttribute("agents"));
  }

  /**
   * What the last refresh found, by agent: `missing: a, b` for keys that are not there, `other value: c`
   * for keys that another resource, another block or an interrupted apply has written since,
   * `value not recorded: d` for keys whose value the provider's state does not record. Empty after an
   * apply.
   */
  get drift(): StringMap {
    return new StringMap(this, "drift");
  }

  /** When the provider last wrote to one of the agents. Unknown in a plan that will write. */
  get writtenAt(): string {
    return this.getStringAttribute("written_at");
  }
}

export interface DesiredStateConfig extends TerraformMetaArguments {
  /**
   * The document, from `file()` or `templatefile()`. Terraform's state stores it, so secrets come only
   * from the sources that it names; the provider refuses a secret in clear text, whatever the document's
   * policy says.
   */
  readonly yaml: string;
  /**
   * Folder that relative paths in the document start from, usually `path.module`. If neither the document
   * nor the provider names a place for the state, it is in `.jp1im` in this folder. Default: the working
   * folder.
   */
  readonly basePath?: string;
}

const desiredStateAttributes: AttributeNames = ["yaml", "base_path"];

/**
 * A whole desired state of the command line, with its own managers, for users who move to Terraform step
 * by step. `changes` is the plan of the command line; an apply carries out exactly that plan, or refuses.
 * The resource uses the state, the lock and the policy of the command line. It needs no manager in the
 * provider block.
 *
 * @example
 * new DesiredState(stack, "document", {
 *   yaml: JSON.stringify({
 *     apiVersion: "jp1im/v1",
 *     managers: {
 *       osaka: {
 *         url: OSAKA_URL,
 *         host: "immhost-osaka",
 *         auth: { user: "jp1admin", password: { env: "JP1IM_PASSWORD" } },
 *         clients: [{ id: "osaka-viewer", deliverTo: { file: "out/osaka-viewer.secret" } }],
 *       },
 *     },
 *   }),
 * });
 */
export class DesiredState extends ProviderResource {
  static readonly tfResourceType = "jp1im_desired_state";

  constructor(scope: Construct, id: string, config: DesiredStateConfig) {
    super(scope, id, DesiredState.tfResourceType, desiredStateAttributes, config);
  }

  get yaml(): string {
    return this.getStringAttribute("yaml");
  }

  get basePath(): string {
    return this.getStringAttribute("base_path");
  }

  /**
   * What an apply will do, by address, with the reason and the keyed fingerprint of a value; after an
   * apply, what it did. A refresh empties it again, so do not use it in an output.
   */
  get changes(): StringMap {
    return new StringMap(this, "changes");
  }

  /** How many changes there are of each kind, and how many requests they take. */
  get counts(): NumberMap {
    return new NumberMap(this, "counts");
  }
}

export type DataJp1imManagerConfig = TerraformMetaArguments;

const dataJp1imManagerAttributes: AttributeNames = [];

/**
 * The manager's product and the versions of its API. Asking for them needs no login.
 *
 * @example
 * const manager = new DataJp1imManager(stack, "manager");
 */
export class DataJp1imManager extends ProviderDataSource {
  static readonly tfResourceType = "jp1im_manager";

  constructor(scope: Construct, id: string, config: DataJp1imManagerConfig = {}) {
    super(scope, id, DataJp1imManager.tfResourceType, dataJp1imManagerAttributes, config);
  }

  /** The manager's name in the provider. */
  get name(): string {
    return this.getStringAttribute("name");
  }

  /** Product name. */
  get product(): string {
    return this.getStringAttribute("product");
  }

  /** Product version: `13-10`. */
  get version(): string {
    return this.getStringAttribute("version");
  }

  /** Versions of the API. */
  get apiVersions(): string[] {
    return this.getListAttribute("api_versions");
  }
}

export class DataJp1imAgentsAgents extends ComplexObject {
  get address(): string {
    return this.getStringAttribute("address");
  }

  get host(): string {
    return this.getStringAttribute("host");
  }

  get managerHost(): string {
    return this.getStringAttribute("manager_host");
  }

  get os(): string {
    return this.getStringAttribute("os");
  }

  get addons(): string[] {
    return this.getListAttribute("addons");
  }
}

export class DataJp1imAgentsAgentsList extends ComplexList {
  get(index: number): DataJp1imAgentsAgents {
    return new DataJp1imAgentsAgents(this.terraformResource, this.terraformAttribute, this.wrapsSet, index);
  }
}

export interface DataJp1imAgentsConfig extends TerraformMetaArguments {
  /** Pattern of host names; `*` and `?` are wildcards. */
  readonly match?: string;
  /** Pattern of the hosts of the managers that they report to. */
  readonly managerHost?: string;
  /** Operating system: `linux` or `windows`. */
  readonly os?: string;
  /** Add-ons that have to be there and enabled. */
  readonly addons?: readonly string[];
}

const dataJp1imAgentsAttributes: AttributeNames = ["match", "manager_host", "os", "addons"];

/**
 * The integrated agents that the user may see, of this manager and of every lower manager that answers. An
 * incomplete list is an error, or a warning with `unreachable = "warn"`.
 *
 * @example
 * const linux = new DataJp1imAgents(stack, "linux", { match: "web*", os: "linux" });
 */
export class DataJp1imAgents extends ProviderDataSource {
  static readonly tfResourceType = "jp1im_agents";

  constructor(scope: Construct, id: string, config: DataJp1imAgentsConfig = {}) {
    super(scope, id, DataJp1imAgents.tfResourceType, dataJp1imAgentsAttributes, config);
  }

  get match(): string {
    return this.getStringAttribute("match");
  }

  get managerHost(): string {
    return this.getStringAttribute("manager_host");
  }

  get os(): string {
    return this.getStringAttribute("os");
  }

  get addons(): string[] {
    return this.getListAttribute("addons");
  }

  /** Whether the list covers every manager. */
  get complete(): IResolvable {
    return this.getBooleanAttribute("complete");
  }

  /** By address: each with `address`, `host`, `managerHost`, `os` and its enabled `addons`. */
  get agents(): DataJp1imAgentsAgentsList {
    return new DataJp1imAgentsAgentsList(this, "agents", false);
  }
}

export type DataJp1imClientsConfig = TerraformMetaArguments;

const dataJp1imClientsAttributes: AttributeNames = [];

/**
 * The IDs of the manager's IM clients.
 *
 * @example
 * const clients = new DataJp1imClients(stack, "clients", { dependsOn: [fluentd] });
 */
export class DataJp1imClients extends ProviderDataSource {
  static readonly tfResourceType = "jp1im_clients";

  constructor(scope: Construct, id: string, config: DataJp1imClientsConfig = {}) {
    super(scope, id, DataJp1imClients.tfResourceType, dataJp1imClientsAttributes, config);
  }

  /** IDs that users gave, sorted. */
  get ids(): string[] {
    return this.getListAttribute("ids");
  }

  /** IDs of agents and managers, `AGENT_*` and `MANAGER_*`, sorted. */
  get ownIds(): string[] {
    return this.getListAttribute("own_ids");
  }
}

export type DataJp1imLowerManagersConfig = TerraformMetaArguments;

const dataJp1imLowerManagersAttributes: AttributeNames = [];

/**
 * The hosts of the managers under this integrated manager.
 *
 * @example
 * const lowerManagers = new DataJp1imLowerManagers(stack, "lower-managers", { dependsOn: [osaka] });
 */
export class DataJp1imLowerManagers extends ProviderDataSource {
  static readonly tfResourceType = "jp1im_lower_managers";

  constructor(scope: Construct, id: string, config: DataJp1imLowerManagersConfig = {}) {
    super(scope, id, DataJp1imLowerManagers.tfResourceType, dataJp1imLowerManagersAttributes, config);
  }

  /** Host names, sorted. */
  get hosts(): string[] {
    return this.getListAttribute("hosts");
  }
}

export interface DataJp1imAgentKeysConfig extends TerraformMetaArguments {
  /** The agent's host name. */
  readonly host: string;
  /** The manager that it reports to; default: the provider's own host. */
  readonly managerHost?: string;
}

const dataJp1imAgentKeysAttributes: AttributeNames = ["host", "manager_host"];

/**
 * The names of all secrets of one agent, also of those that others wrote. A manager never returns a value.
 *
 * @example
 * const keys = new DataJp1imAgentKeys(stack, "keys", { host: linux.agents.get(0).host, dependsOn: [mail] });
 */
export class DataJp1imAgentKeys extends ProviderDataSource {
  static readonly tfResourceType = "jp1im_agent_keys";

  constructor(scope: Construct, id: string, config: DataJp1imAgentKeysConfig) {
    super(scope, id, DataJp1imAgentKeys.tfResourceType, dataJp1imAgentKeysAttributes, config);
  }

  get host(): string {
    return this.getStringAttribute("host");
  }

  get managerHost(): string {
    return this.getStringAttribute("manager_host");
  }

  /** Names, sorted. */
  get keys(): string[] {
    return this.getListAttribute("keys");
  }
}
