import type { Agent, ManagerPort } from "../../api/port";
import type { EngineEvent } from "../../engine/context";
import { ListReader } from "../../engine/observe/list-reader";
import { liveObserver } from "../../engine/observe/observer";
import {
  agentAddress,
  clientAddress,
  lowerManagerAddress,
  managerAddress,
  secretAddressOn,
} from "../../model/address";
import type { DesiredManager } from "../../model/desired-state";
import type { ListedItem, ListedKind, Listing } from "../../model/listing";
import type { Unplanned } from "../../model/plan";
import type { Filters } from "./filters";
import type { Ownership } from "./ownership";

/** What listing one manager needs. */
export interface ManagerListing {
  readonly manager: DesiredManager;
  readonly connect: () => Promise<ManagerPort>;
  readonly ownership: Ownership;
  readonly filters: Filters;
  readonly parallelism: number;
  readonly report: (event: EngineEvent) => void;
}

/** Lists one manager's resources of a kind, with only the necessary requests. */
export async function listManager(
  kind: ListedKind,
  listing: ManagerListing,
): Promise<Pick<Listing, "items" | "unknown">> {
  const { name, auth } = listing.manager;
  if (!("user" in auth) && kind !== "managers") return { items: [], unknown: [closed(name)] };
  const lists = new ListReader(name, liveObserver(listing.connect));
  const items = await listers[kind](listing, lists);
  return { items, unknown: lists.unknown };
}

/** An initial secret permits only the call that issues a client (manual 5.2.8), so such a manager cannot be listed. */
function closed(manager: string): Unplanned {
  return {
    address: managerAddress(manager),
    code: "manager-denied",
    detail: "its `auth` is an initial secret, which permits no call that lists anything",
    remedy: "declare a user with a password, or name the other managers with --manager",
  };
}

type Lister = (listing: ManagerListing, lists: ListReader) => Promise<readonly ListedItem[]>;

const listers: Readonly<Record<ListedKind, Lister>> = {
  managers: async ({ manager: { name, host, url }, connect, ownership }, lists) => {
    const answer = await lists.attempt(name, async () => (await connect()).version());
    const versions = answer && { version: answer.productVersion, api_versions: answer.apiVersion };
    const address = managerAddress(name);
    return [{ address, manager: name, name, ...ownership.ofManager(), host, url, ...versions }];
  },
  "lower-managers": async ({ manager: { name: manager }, ownership, filters }, lists) =>
    (await lists.names("lower-manager")).filter(filters.takesName).map((host) => ({
      ...{ address: lowerManagerAddress(manager, host), manager, name: host },
      ...ownership.ofLowerManager(host),
    })),
  clients: async ({ manager: { name: manager }, ownership, filters }, lists) =>
    (await lists.names("client")).filter(filters.takesName).map((id) => ({
      ...{ address: clientAddress(manager, id), manager, name: id },
      ...ownership.ofClient(id),
    })),
  agents: async ({ manager: { name: manager }, ownership, filters }, lists) =>
    (await lists.agents()).filter(filters.takesAgent).map((agent) => ({
      ...{ address: agentAddress(manager, agent), manager, name: agent.host },
      ...ownership.ofAgent(agent),
      ...{ manager_host: agent.managerHost, os: agent.os, addons: enabledAddons(agent) },
    })),
  secrets: async ({ manager: { name: manager }, ownership, filters, ...context }, lists) => {
    const agents = (await lists.agents()).filter(filters.takesAgent);
    return (await lists.keysOf(agents, context)).flatMap(({ agent, keys }) => {
      const [address, owned] = [agentAddress(manager, agent), ownership.ofKeys(agent)];
      const { host, managerHost } = agent;
      return [...new Set(keys)].sort().map((key) => ({
        ...{ address: secretAddressOn(address, key), manager, name: key },
        ...owned(key),
        ...{ host, manager_host: managerHost },
      }));
    });
  },
};

function enabledAddons({ addons }: Agent): readonly string[] {
  return addons.filter(({ enabled }) => enabled).map(({ name }) => name);
}
