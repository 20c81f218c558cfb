import type { ObservedManager } from "../../engine/observe/observe-all";
import type { AgentRef } from "../../model/address";
import type { DesiredManager, DesiredState } from "../../model/desired-state";
import { AGENT_OWN_KEYS, isPrintableAscii, isReservedClientId } from "../../model/limits";
import { secretsOf } from "../../resources/agent-secrets/selection";

/** What an export declares, and what it leaves out. */
export interface ExportContent {
  readonly clients: readonly string[];
  readonly lowerManagers: readonly ExportedLowerManager[];
  readonly agents: readonly ExportedAgent[];
  readonly leftOut: LeftOut;
}

export interface ExportedLowerManager {
  readonly host: string;
  /** The declared manager with this host, if it can issue an initial secret. */
  readonly issueOn?: string;
}

export interface ExportedAgent {
  readonly agent: AgentRef;
  readonly keys: readonly string[];
}

export interface LeftOut {
  /** Clients `AGENT_*` and `MANAGER_*`. */
  readonly reservedClients: number;
  /** Keys `immgr.*`. */
  readonly agentOwnKeys: number;
  /** Resources that the desired state declares already. */
  readonly declared: number;
  /** Agents without any other keys. */
  readonly emptyAgents: number;
  /** Names that no desired state can hold. */
  readonly unspeakable: readonly string[];
  /** Lower managers that are exported in another case. */
  readonly spelledTwice: readonly string[];
}

/** A host name of a manager or an agent that the desired state accepts. */
const HOST = /^[^\s*?\p{C}]{1,255}$/u;

/** Divides the observed resources into exported ones and others. */
export function exportContent(observed: ObservedManager, desired: DesiredState, manager: DesiredManager) {
  const sorter = new Sorter(manager);
  const clients = observed.clients.filter((id) => sorter.takesClient(id));
  const lowerManagers = observed.lowerManagers
    .filter((host) => sorter.takesLowerManager(host))
    .map((host): ExportedLowerManager => {
      const issuer = issuerOf(host, manager, desired);
      return issuer === undefined ? { host } : { host, issueOn: issuer };
    });
  const agents = observed.agents.flatMap(({ agent, keys }): ExportedAgent[] => {
    const { host, managerHost } = agent;
    if (!sorter.takesAgent(host, managerHost)) return [];
    const { blocks } = secretsOf(agent, manager.agents);
    const taken = keys.filter((key) =>
      sorter.takesKey(
        key,
        blocks.some(({ secrets }) => secrets.has(key)),
      ),
    );
    if (taken.length === 0) sorter.leftOut.emptyAgents++;
    return taken.length === 0 ? [] : [{ agent: { host, managerHost }, keys: [...new Set(taken)].sort() }];
  });
  return { clients, lowerManagers, agents, leftOut: sorter.leftOut } satisfies ExportContent;
}

/** Decides about each name, and counts those that it leaves out. */
class Sorter {
  readonly leftOut = {
    reservedClients: 0,
    agentOwnKeys: 0,
    declared: 0,
    emptyAgents: 0,
    unspeakable: [] as string[],
    spelledTwice: [] as string[],
  };
  readonly #clients: ReadonlySet<string>;
  /** In lower case, as a host name has no case. */
  readonly #declaredHosts: ReadonlySet<string>;
  readonly #takenHosts = new Set<string>();

  constructor({ clients, lowerManagers }: DesiredManager) {
    this.#clients = new Set(clients.map(({ id }) => id));
    this.#declaredHosts = new Set(lowerManagers.map(({ host }) => host.toLowerCase()));
  }

  takesClient(id: string): boolean {
    if (isReservedClientId(id)) return this.#leave("reservedClients");
    if (this.#clients.has(id)) return this.#leave("declared");
    // A colon would end the ID in a login.
    return (isPrintableAscii(id) && !id.includes(":")) || this.#cannotSpell(id);
  }

  takesLowerManager(host: string): boolean {
    const name = host.toLowerCase();
    if (this.#declaredHosts.has(name)) return this.#leave("declared");
    if (!HOST.test(host)) return this.#cannotSpell(host);
    // A desired state accepts only one spelling.
    const isFirst = !this.#takenHosts.has(name);
    if (isFirst) this.#takenHosts.add(name);
    else this.leftOut.spelledTwice.push(host);
    return isFirst;
  }

  takesAgent(host: string, managerHost: string): boolean {
    return (HOST.test(host) && HOST.test(managerHost)) || this.#cannotSpell(`${managerHost}/${host}`);
  }

  takesKey(key: string, isDeclared: boolean): boolean {
    if (key.startsWith(AGENT_OWN_KEYS.slice(0, -1))) return this.#leave("agentOwnKeys");
    return isDeclared ? this.#leave("declared") : isPrintableAscii(key) || this.#cannotSpell(key);
  }

  #leave(as: "reservedClients" | "agentOwnKeys" | "declared"): false {
    this.leftOut[as]++;
    return false;
  }

  #cannotSpell(name: string): false {
    this.leftOut.unspeakable.push(name);
    return false;
  }
}

/** A manager whose login is its initial secret cannot issue another one. */
function issuerOf(host: string, manager: DesiredManager, { managers }: DesiredState): string | undefined {
  for (const other of managers.values()) {
    if (other.host === host && other.name !== manager.name && other.auth.method !== "initial-secret")
      return other.name;
  }
  return undefined;
}
