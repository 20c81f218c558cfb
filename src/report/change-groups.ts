import { nameIn, parseAddress } from "../model/address";
import { type AgentSpan, partsOf } from "../model/agent-spans";
import type { Change } from "../model/change";
import type { KindName } from "../model/kind-names";
import type { ShownChange } from "./reasons";

/** A plan's changes as a reviewer looks at them: by manager, then by kind, an agent's secrets under the agent. */
export interface ManagerChanges {
  readonly manager: string;
  /** Changes of all kinds except the secrets of agents. */
  readonly byKind: ReadonlyMap<KindName, readonly NamedChange[]>;
  readonly agents: readonly AgentChanges[];
}

export interface NamedChange {
  readonly name: string;
  readonly change: ShownChange;
}

export interface AgentChanges extends Pick<AgentSpan, "keys" | "secrets"> {
  /** `managerHost/host`. */
  readonly name: string;
}

/** Keeps the order of `changes`. */
export function groupChanges(changes: readonly Change[]): readonly ManagerChanges[] {
  const groups = new Map<string, Group>();
  for (const part of partsOf(changes)) {
    if ("agent" in part) placeSecrets(part, groups);
    else placeNamed(part, groups);
  }
  return [...groups].map(([manager, { byKind, agents }]) => ({
    ...{ manager, byKind },
    agents: [...agents].map(([name, own]) => ({ name, ...own })),
  }));
}

/**
 * A change with the name of its resource. A plan file may have been edited by hand, so an invalid address is shown,
 * too.
 */
function namedChange(change: Change): NamedChange {
  const addressed = parseAddress(change.address);
  return { name: addressed ? nameIn(addressed) : change.address, change };
}

interface Group {
  readonly byKind: Map<KindName, NamedChange[]>;
  readonly agents: Map<string, Omit<AgentChanges, "name">>;
}

function placeNamed(change: Change, groups: Map<string, Group>): void {
  const group = groupOf(parseAddress(change.address)?.manager ?? change.address, groups);
  append(group.byKind, change.kind, namedChange(change));
}

function placeSecrets({ agent, keys, secrets }: AgentSpan, groups: Map<string, Group>): void {
  const addressed = parseAddress(agent);
  if (addressed?.kind !== "agent") throw new Error(`${agent} is no address of an agent`);
  const { agents } = groupOf(addressed.manager, groups);
  const name = `${addressed.agent.managerHost}/${addressed.agent.host}`;
  const earlier = agents.get(name);
  agents.set(
    name,
    earlier
      ? { keys: [...earlier.keys, ...keys], secrets: [...earlier.secrets, ...secrets] }
      : { keys, secrets },
  );
}

function append<Key, T>(groups: Map<Key, T[]>, key: Key, item: T): void {
  const group = groups.get(key) ?? [];
  if (group.length === 0) groups.set(key, group);
  group.push(item);
}

function groupOf(manager: string, groups: Map<string, Group>): Group {
  const group = groups.get(manager) ?? { byKind: new Map(), agents: new Map() };
  groups.set(manager, group);
  return group;
}
