import { parseAddress } from "../model/address";
import type { Change } from "../model/change";

/** A plan's changes as a reviewer looks at them: by manager, then by kind, an agent's secrets under the agent. */
export interface ManagerChanges {
  readonly manager: string;
  readonly initialSecrets: readonly NamedChange[];
  readonly lowerManagers: readonly NamedChange[];
  readonly agents: readonly AgentChanges[];
  readonly clients: readonly NamedChange[];
}

export interface NamedChange {
  readonly name: string;
  readonly change: Change;
}

export interface AgentChanges {
  /** `managerHost/host`. */
  readonly name: string;
  readonly secrets: readonly NamedChange[];
}

/** Keeps the order of `changes`. */
export function groupChanges(changes: readonly Change[]): readonly ManagerChanges[] {
  const groups = new Map<string, Group>();
  for (const change of changes) place(change, groups);
  return [...groups.values()].map(({ agents, ...group }) => ({ ...group, agents: [...agents.values()] }));
}

interface Group {
  readonly manager: string;
  readonly initialSecrets: NamedChange[];
  readonly lowerManagers: NamedChange[];
  readonly agents: Map<string, { readonly name: string; readonly secrets: NamedChange[] }>;
  readonly clients: NamedChange[];
}

function place(change: Change, groups: Map<string, Group>): void {
  const addressed = parseAddress(change.address);
  // A plan file may have been edited by hand: an address that is none still has to be shown.
  if (addressed === undefined) {
    groupOf(change.address, groups).clients.push({ name: change.address, change });
    return;
  }
  const group = groupOf(addressed.manager, groups);
  switch (addressed.kind) {
    case "secret": {
      const name = `${addressed.agent.managerHost}/${addressed.agent.host}`;
      let agent = group.agents.get(name);
      if (agent === undefined) {
        agent = { name, secrets: [] };
        group.agents.set(name, agent);
      }
      agent.secrets.push({ name: addressed.key, change });
      return;
    }
    case "client":
      group.clients.push({ name: addressed.id, change });
      return;
    case "lower-manager":
      group.lowerManagers.push({ name: addressed.host, change });
      return;
    default:
      group.initialSecrets.push({ name: "initial-secret", change });
  }
}

function groupOf(manager: string, groups: Map<string, Group>): Group {
  let group = groups.get(manager);
  if (group === undefined) {
    group = { manager, initialSecrets: [], lowerManagers: [], agents: new Map(), clients: [] };
    groups.set(manager, group);
  }
  return group;
}
