import { nameIn, parseAddress } from "../model/address";
import type { Change } from "../model/change";
import type { KindName } from "../model/kind-names";

/** A plan's changes as a reviewer looks at them: by manager, then by kind, an agent's secrets under the agent. */
export interface ManagerChanges {
  readonly manager: string;
  /** Changes of all kinds except the secrets of agents. */
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
  readonly secrets: readonly Change[];
}

/** Keeps the order of `changes`. */
export function groupChanges(changes: readonly Change[]): readonly ManagerChanges[] {
  const groups = new Map<string, Group>();
  let latest: AgentGroup | undefined;
  for (const change of changes) {
    // A large plan has a million secrets, sorted by agent: further addresses on the same agent are not parsed.
    if (latest && isSecretOn(latest.prefix, change.address)) latest.secrets.push(change);
    else latest = place(change, groups);
  }
  return [...groups].map(([manager, { byKind, agents }]) => ({
    ...{ manager, byKind },
    agents: [...agents].map(([name, secrets]) => ({ name, secrets })),
  }));
}

/**
 * A change with the name of its resource. A plan file may have been edited by hand, so an invalid address is shown,
 * too.
 */
export function namedChange(change: Change): NamedChange {
  const addressed = parseAddress(change.address);
  return { name: addressed ? nameIn(addressed) : change.address, change };
}

interface Group {
  readonly byKind: Map<KindName, NamedChange[]>;
  readonly agents: Map<string, Change[]>;
}

interface AgentGroup {
  /** The prefix of the addresses of the agent's secrets. */
  readonly prefix: string;
  readonly secrets: Change[];
}

/** False if the key has escapes, because these may be wrong. */
function isSecretOn(prefix: string, address: string): boolean {
  return (
    address.length > prefix.length &&
    address.startsWith(prefix) &&
    !address.includes("/", prefix.length) &&
    !address.includes("%", prefix.length)
  );
}

/** The group of the agent, if the change is that of a secret. */
function place(change: Change, groups: Map<string, Group>): AgentGroup | undefined {
  const addressed = parseAddress(change.address);
  const group = groupOf(addressed?.manager ?? change.address, groups);
  if (addressed?.kind !== "secret") {
    append(group.byKind, change.kind, namedChange(change));
    return undefined;
  }
  const { managerHost, host } = addressed.agent;
  const secrets = append(group.agents, `${managerHost}/${host}`, change);
  return { prefix: change.address.slice(0, change.address.lastIndexOf("/") + 1), secrets };
}

function append<Key, T>(groups: Map<Key, T[]>, key: Key, item: T): T[] {
  const group = groups.get(key) ?? [];
  if (group.length === 0) groups.set(key, group);
  group.push(item);
  return group;
}

function groupOf(manager: string, groups: Map<string, Group>): Group {
  const group = groups.get(manager) ?? { byKind: new Map(), agents: new Map() };
  groups.set(manager, group);
  return group;
}
