import { agentAddress, agentsOf, isWithin, managerOf, parseAddress } from "../../model/address";
import type { Change } from "../../model/change";
import type { AgentUnit } from "../../resources/agent-secrets/agent-unit";
import type { Successor } from "../../resources/withheld-deletion";
import type { ManagerUnits } from "./manager-units";
import type { PlanLists } from "./plan-draft";

/**
 * What may replace a secret of an agent: another one with the same key, on another agent of the manager. A deferred
 * one waits for the change at `after`.
 */
export type SecretSuccessor =
  | Successor
  | { readonly address: string; readonly is: "deferred"; readonly after: string };

export interface DeclaredAgents {
  readonly units: ReadonlyMap<string, Pick<ManagerUnits, "desired" | "agentDesired">>;
  /** By address. */
  readonly agents: ReadonlyMap<string, AgentUnit>;
  /** The keys that the state has of an agent. */
  readonly owned: (address: string) => { has(key: string): boolean };
}

/** The successors of deleted secrets, by key. A key that the state already has on that agent is not a successor. */
export function successorsOf(
  lists: Pick<PlanLists, "deferred" | "unknown" | "blocked">,
  manager: string,
  keys: ReadonlySet<string>,
  { units, agents, owned }: DeclaredAgents,
): ReadonlyMap<string, SecretSuccessor> {
  const successors = new Map<string, SecretSuccessor>();
  const add = (some: readonly string[], successor: SecretSuccessor) => {
    for (const key of some) if (keys.has(key) && !successors.has(key)) successors.set(key, successor);
  };
  const isOwn = ({ address }: { readonly address: string }) => managerOf(address) === manager;
  const own = units.get(manager);
  const selected = () =>
    own?.desired.agents.flatMap(({ selector, secrets }) =>
      selector.by === "match" ? [...secrets.keys()] : [],
    ) ?? [];
  for (const is of ["blocked", "unknown"] as const) {
    for (const { address } of lists[is].filter(isOwn)) {
      const unit = agents.get(address);
      const has = owned(address);
      if (unit && own)
        add(
          [...own.agentDesired(unit).keys].filter((key) => !has.has(key)),
          { address, is },
        );
      else if (isPlaceOfAgents(address, manager)) add(selected(), { address, is });
    }
  }
  for (const { address, action, after } of lists.deferred.filter(isOwn)) {
    const secret = action === "write" ? parseAddress(address) : undefined;
    if (secret?.kind !== "secret" || owned(agentAddress(manager, secret.agent)).has(secret.key)) continue;
    add([secret.key], { address, is: "deferred", after });
  }
  return successors;
}

export function keyOf({ address }: Pick<Change, "address">): string {
  const secret = parseAddress(address);
  return secret?.kind === "secret" ? secret.key : "";
}

/** A place whose agents could not be listed. */
function isPlaceOfAgents(address: string, manager: string): boolean {
  return isWithin(address, agentsOf(manager)) && parseAddress(address)?.kind !== "agent";
}
