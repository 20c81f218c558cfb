import { nameIn, parseAddress } from "../model/address";
import type { Change } from "../model/change";
import type { KindName } from "../model/kinds";

/** A plan's changes as a reviewer looks at them: by manager, then by kind, an agent's secrets under the agent. */
export interface ManagerChanges {
  readonly manager: string;
  /** All but the secrets of agents. */
  readonly byKind: ReadonlyMap<KindName, readonly NamedChange[]>;
  readonly agents: readonly AgentChanges[];
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
  return [...groups].map(([manager, { byKind, agents }]) => ({
    ...{ manager, byKind },
    agents: [...agents].map(([name, secrets]) => ({ name, secrets })),
  }));
}

interface Group {
  readonly byKind: Map<KindName, NamedChange[]>;
  readonly agents: Map<string, NamedChange[]>;
}

function place(change: Change, groups: Map<string, Group>): void {
  const addressed = parseAddress(change.address);
  // A plan file may have been edited by hand: an address that is none still has to be shown.
  const group = groupOf(addressed?.manager ?? change.address, groups);
  const named = { name: addressed ? nameIn(addressed) : change.address, change };
  if (addressed?.kind === "secret") {
    const { managerHost, host } = addressed.agent;
    append(group.agents, `${managerHost}/${host}`, named);
  } else append(group.byKind, change.kind, named);
}

function append<Key>(groups: Map<Key, NamedChange[]>, key: Key, named: NamedChange): void {
  const group = groups.get(key);
  if (group) group.push(named);
  else groups.set(key, [named]);
}

function groupOf(manager: string, groups: Map<string, Group>): Group {
  const group = groups.get(manager) ?? { byKind: new Map(), agents: new Map() };
  groups.set(manager, group);
  return group;
}
