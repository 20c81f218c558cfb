import { formatTime } from "../platform/clock";
import type { Random } from "../platform/random";
import { expandHosts } from "./expand-hosts";
import { type AgentKind, SimulatedAgent } from "./simulated-agent";
import type { ManagerState } from "./states";
import type { AgentGroup, ManagerDefinition, Permission, UserDefinition } from "./world-definition";

export interface SimulatedUser {
  /** As the world spells it. */
  readonly name: string;
  readonly password: string;
  readonly permission: Permission;
  /** The JP1 resource groups on which the user has the permission; an edit may change them. */
  resourceGroups: readonly string[];
  readonly login: boolean;
}

export interface Session {
  readonly token: string;
  readonly user: SimulatedUser;
}

/** The agents in the manager's books, as *list the integrated agents* gives them. */
export class SimulatedManager {
  readonly host: string;
  state: ManagerState;
  initialSecret: string | undefined;
  /** Whether a JP1 user may be sent with each request, in place of a session. */
  readonly perRequestLogin: boolean;
  /** By lower-case name: JP1 user names are case-insensitive. */
  readonly users = new Map<string, SimulatedUser>();
  /** By cookie. */
  readonly sessions = new Map<string, Session>();
  /** Secrets by IM client ID; those of registered agents are not stored but follow from `agents`. */
  readonly clients = new Map<string, string>();
  readonly subordinates: Set<string>;
  readonly lowerManagers: Set<string>;
  readonly agents = new Map<string, SimulatedAgent>();
  #agentsListed: string | undefined;

  constructor(
    readonly name: string,
    readonly definition: ManagerDefinition,
    private readonly random: Random,
    now: number,
  ) {
    this.host = definition.host;
    this.state = definition.state ?? "up";
    this.initialSecret = definition.initialSecret;
    this.perRequestLogin = definition.perRequestLogin ?? false;
    for (const [user, given] of Object.entries(definition.users))
      this.users.set(user.toLowerCase(), toUser(user, given));
    for (const [id, secret] of Object.entries(definition.clients ?? {})) {
      this.clients.set(id, secret ?? this.newSecret());
    }
    this.subordinates = new Set(definition.subordinates);
    this.lowerManagers = new Set(definition.lowerManagers);
    for (const group of definition.agents ?? []) this.addAgents(group, now);
  }

  /** A host that is there already is left as it is. Returns how many were added. */
  addAgents(group: AgentGroup, now: number): number {
    const kind = agentKind(group, () => this.newSecret());
    const time = group.registered ?? formatTime(now);
    let added = 0;
    for (const host of expandHosts(group.host) ?? []) {
      if (this.agents.has(host)) continue;
      this.agents.set(host, new SimulatedAgent(host, kind, time, group.state ?? "up"));
      added += 1;
    }
    this.#agentsListed = undefined;
    return added;
  }

  removeAgent(host: string): boolean {
    this.#agentsListed = undefined;
    return this.agents.delete(host);
  }

  /** The agents that the user may read, as JSON objects joined by commas; all of them are kept, as a fleet's are megabytes. */
  listAgents(user: SimulatedUser | undefined): string {
    if (user?.resourceGroups.includes("*") !== true) {
      return this.#toWire([...this.agents.values()].filter((agent) => hasRightOn(user, agent)));
    }
    this.#agentsListed ??= this.#toWire([...this.agents.values()]);
    return this.#agentsListed;
  }

  hasClient(id: string): boolean {
    return (
      this.clients.has(id) || (id.startsWith(AGENT_PREFIX) && this.agents.has(id.slice(AGENT_PREFIX.length)))
    );
  }

  listClients(): string[] {
    const ids = new Set(this.clients.keys());
    for (const host of this.agents.keys()) ids.add(AGENT_PREFIX + host);
    return [...ids];
  }

  #toWire(agents: readonly SimulatedAgent[]): string {
    return agents.map((agent) => JSON.stringify(agent.toWire(this.host))).join(",");
  }

  newSecret(): string {
    return this.random.bytes(24).toString("base64url");
  }
}

/** Whether the user may read an agent and change its secrets. */
export function hasRightOn(user: SimulatedUser | undefined, agent: SimulatedAgent): boolean {
  if (user === undefined) return false;
  const { resourceGroups } = user;
  return (
    resourceGroups.includes("*") || agent.kind.resourceGroups.some((group) => resourceGroups.includes(group))
  );
}

const AGENT_PREFIX = "AGENT_";

function toUser(name: string, given: UserDefinition): SimulatedUser {
  return {
    name,
    password: given.password,
    permission: given.permission ?? "JP1_Console_Admin",
    resourceGroups: given.resourceGroups ?? [given.resourceGroup ?? "*"],
    login: given.login ?? true,
  };
}

/** What the agents of a group share. `newSecret` makes the values of their connection where none are given. */
function agentKind(group: AgentGroup, newSecret: () => string): AgentKind {
  const entries = new Map<string, string>();
  const connection = new Map(
    Object.entries(
      group.connection ?? { "immgr.initialSecret": newSecret(), "immgr.clientSecret": newSecret() },
    ),
  );
  if (group.connection === undefined) for (const [key, value] of connection) entries.set(key, value);
  for (const [key, value] of Object.entries(group.secrets ?? {})) entries.set(key, value);
  for (let number = 1; number <= (group.generateSecrets ?? 0); number += 1) {
    const suffix = String(number).padStart(4, "0");
    entries.set(`secret-${suffix}`, `value-${suffix}`);
  }
  return {
    os: group.os?.toLowerCase() === "windows" ? "windows" : "linux",
    addons: group.addons ?? {},
    resourceGroups: group.resourceGroups ?? [],
    connection,
    template: { entries },
  };
}
