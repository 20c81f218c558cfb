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
  /** Accept any certificate. Credentials can then be read by whoever is in between. */
  readonly insecure?: boolean | IResolvable;
}

export interface Jp1imProviderPolicy {
  /**
   * `owned` (default): what a resource no longer declares, and a destroyed resource, is deleted on the
   * manager. `none`: it stays, and is only forgotten.
   */
  readonly prune?: string;
  /**
   * Patterns of what is never deleted and never issued again (a declared value is written all the same):
   * of addresses where they hold a `/`, else of client IDs, lower-manager hosts and secret keys. `immgr.*`
   * is always protected.
   */
  readonly protect?: readonly string[];
  /**
   * A resource whose change would delete more is refused: a count, `"10"`, or a share of what is managed
   * on the manager, `"30%"`, which is the default. Of a share, five always pass. Destroying a resource is
   * not counted.
   */
  readonly maxDeletes?: string;
  /**
   * The same for secrets that are issued again. A resource issues at most one, so `"0"` refuses every
   * rotation, and any other number none.
   */
  readonly maxRotations?: string;
  /** `write` (default): a value whose last write is unknown is written. `keep`: it stays as it is. */
  readonly unverified?: string;
}

export interface Jp1imProviderConfig {
  /**
   * What the manager is called in addresses and in the state's folder. Default: the host name of `url`.
   * Never change it without `jp1im state mv`.
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
   * Where the password is read from, in the place of `password`: `{ file: "…" }`, `{ env: "…" }`,
   * `{ exec: ["…"] }`, `{ sops: {…} }`, `{ age: "…" }` or `{ vault: {…} }`.
   */
  readonly passwordSource?: SecretSource | IResolvable;
  /** `false` sends the user and the password with each request, in the place of a session. */
  readonly session?: boolean | IResolvable;
  /** TLS settings; paths start from the working folder. */
  readonly tls?: Jp1imProviderTls;
  /** `none`, or the HTTP proxy that requests go through. Default: as `HTTPS_PROXY` and `NO_PROXY` say. */
  readonly proxy?: string;
  /** Requests in flight on the manager, at most; 10 by default. */
  readonly parallelism?: number;
  /**
   * Seconds until an answer of the manager has to begin; 60 by default. A request with its retries takes
   * at most twice as long. The same limit applies to the sum of the pauses that a busy manager asks for
   * (429, 503). A request that timed out may have been carried out, so the provider checks before it
   * repeats it.
   */
  readonly timeout?: number;
  /**
   * Where jp1im's own state is: what was written, as keyed fingerprints, and what is being issued. A
   * folder, or `git+URL#BRANCH`, `https://HOST/PATH/{manager}` or `postgres://USER@HOST/DATABASE`, as with
   * `--state`. Keep it as you keep Terraform's state. Default: `.jp1im` in the working folder.
   */
  readonly state?: string;
  /**
   * Key of the fingerprints, 32 bytes in base64. Default: `JP1IM_STATE_KEY` in the environment, else a key
   * file in the state's folder.
   */
  readonly stateKey?: string;
  /** Seconds to wait while another run holds the state's lock; 60 by default. */
  readonly lockTimeout?: number;
  /**
   * What a refresh and a plan do about an agent or a manager that does not answer: `error` (default), or
   * `warn`: one warning, and what was known is kept. It is never taken for absent.
   */
  readonly unreachable?: string;
  /** What may be done beyond creating what is missing. */
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
   * Age from which a plan issues a new secret by itself: `12h`, `90d`, `2w`. With it a secret that is no
   * longer in its file is replaced as well; without it both are warnings.
   */
  readonly rotateAfter?: string;
  /**
   * Needed where a secret is to be issued; what was imported can do without until then. Where the issued
   * secret goes, spelled as in the YAML: `{ file: "…" }`, `{ age: {…} }`, `{ exec: ["…"] }`,
   * `{ vault: {…} }`, or a list of them. Relative paths start from the working folder. The secret itself
   * is in no state.
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

  /** When `rotateAfter` will have passed; null without it. */
  get nextRotation(): string {
    return this.getStringAttribute("next_rotation");
  }
}

export interface InitialSecretConfig extends TerraformMetaArguments {
  /** Raise it to issue a new secret; the former one stops working. Default: 1. */
  readonly generation?: number;
  /**
   * Age from which a plan issues a new secret by itself: `12h`, `90d`, `2w`. With it a secret that is no
   * longer in its file is replaced as well; without it both are warnings.
   */
  readonly rotateAfter?: string;
  /**
   * Needed where a secret is to be issued; what was imported can do without until then. Where the issued
   * secret goes, spelled as in the YAML: `{ file: "…" }`, `{ age: {…} }`, `{ exec: ["…"] }`,
   * `{ vault: {…} }`, or a list of them. Relative paths start from the working folder. The secret itself
   * is in no state.
   */
  readonly deliverTo?: SecretSink | readonly SecretSink[] | IResolvable;
}

const initialSecretAttributes: AttributeNames = ["generation", "rotate_after", "deliver_to"];

/**
 * The manager's initial secret, which agent installers, lower managers and applications that enrol
 * themselves need. There is one for each manager, and issuing replaces the former one. Destroying the
 * resource only forgets it: nothing revokes an initial secret but the next one.
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

  /** When `rotateAfter` will have passed; null without it. */
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
  /** Accept any certificate. Credentials can then be read by whoever is in between. */
  readonly insecure?: boolean | IResolvable;
}

export interface LowerManagerIssueOn {
  /**
   * What that manager is called in the state's folder; as in its own provider block where there is one.
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
   * Where the user's password is read from: `{ file: "…" }`, `{ env: "…" }`, `{ exec: ["…"] }`,
   * `{ sops: {…} }` or `{ vault: {…} }`.
   */
  readonly passwordSource: SecretSource | IResolvable;
  /** `false` sends the user and the password with each request, in the place of a session. */
  readonly session?: boolean | IResolvable;
  /** TLS settings; paths start from the working folder. */
  readonly tls?: LowerManagerIssueOnTls;
  /** `none`, or the HTTP proxy that requests go through. */
  readonly proxy?: string;
}

export interface LowerManagerConfig extends TerraformMetaArguments {
  /** Its host name, as IM Configuration Management knows it. Another value replaces the resource. */
  readonly host: string;
  /**
   * The lower manager's own initial secret, in the place of `issueOn`. Either is needed to add it; one
   * that is imported can do without. It is in neither plan nor state; another one shows in `fingerprint`
   * by itself, and is sent. Write-only.
   */
  readonly initialSecretWo?: string;
  /**
   * The lower manager's own REST API: a fresh initial secret is issued on it when it is added, and the
   * former one stops working. It is asked only then.
   */
  readonly issueOn?: LowerManagerIssueOn;
}

const lowerManagerAttributes: AttributeNames = [
  "host",
  "initial_secret_wo",
  { name: "issue_on", nested: ["name", "url", "host", "user", "password_source", "session", { name: "tls", nested: ["ca", "cert", "key", "insecure"] }, "proxy"] },
];

/**
 * A manager under this integrated manager. It has to be registered as a subordinate in IM Configuration
 * Management before.
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
   * The values, by key: 1-1024 printable ASCII characters. Needed but for an agent that was imported: none
   * of its keys is declared then, and none is touched. They are in neither plan nor state. A value that
   * changed shows in `fingerprints` by itself; there is no version to raise. Write-only.
   */
  readonly secretsWo?: { readonly [key: string]: string };
  /**
   * What is done with keys that are no longer declared, and with all of them when the resource is
   * destroyed: `owned` deletes them, `none` leaves them on the agent. Default: the provider's
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
 * Secrets that integrated agents keep: of one agent, or of all that a selector matches. One request is
 * sent to each agent that differs, and none to the others. Several resources may have different keys on
 * one agent.
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

  /** The agent's address, or the place of all agents with the selector's criteria. */
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
   * A keyed digest of each value. After a refresh only keys that are on every agent have one, and the
   * others null, so that a key that somebody deleted shows as a change. A key that an apply could not
   * write everywhere has null as well.
   */
  get fingerprints(): StringMap {
    return new StringMap(this, "fingerprints");
  }

  /** The agents that have the secrets, as `MANAGER_HOST/HOST`. */
  get agents(): string[] {
    return Fn.tolist(this.getListAttribute("agents"));
  }

  /**
   * By agent, what the last refresh found: `missing: a, b` of keys that are not there, `other value: c` of
   * keys to which another resource, block or interrupted apply wrote since, `value not recorded: d` where
   * the provider's state does not tell. Empty after an apply.
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
   * The document, from `file()` or `templatefile()`. It is stored in Terraform's state, so that secrets
   * come only from the sources that it names; a secret in clear text is refused, whatever its policy says.
   */
  readonly yaml: string;
  /**
   * Folder that relative paths in the document start from; as a rule `path.module`. The state is in
   * `.jp1im` in it where neither the document nor the provider names a place. Default: the working folder.
   */
  readonly basePath?: string;
}

const desiredStateAttributes: AttributeNames = ["yaml", "base_path"];

/**
 * A whole desired state of the command line, with managers of its own: for those who move to Terraform
 * step by step. `changes` is the plan of the command line; an apply carries out that plan or refuses. Its
 * state, its lock and its policy are the command line's. The provider block needs no manager for it.
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
   * What an apply does, by address, why, and the keyed fingerprint of a value. After an apply what it did;
   * a refresh empties it again, so do not make an output of it.
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

  /** What the provider calls the manager. */
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
 * The names of all secrets of one agent, whoever wrote them. A manager never returns a value.
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
