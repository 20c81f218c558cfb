import { agentsBelow, agentsOf, lowerManagerAddress } from "../../model/address";
import type { DesiredManager } from "../../model/desired-state";
import type { DescribedSelector, OpenSelector } from "../../model/selector";
import { type AgentPattern, mayMatchBelow } from "../../resources/agent-secrets/selection";
import type { Scope } from "../scope";

export interface UnseenAgents {
  /** Hosts of the lower managers that are to be added. */
  readonly joining: ReadonlySet<string>;
  /** Whether the manager was asked for its agents. */
  readonly isListed: boolean;
}

/** The selectors of a manager that may match invisible agents, each once for every place of such agents. */
export function openSelectors(
  { name, agents }: DesiredManager,
  { joining, isListed }: UnseenAgents,
  scope: Scope,
): OpenSelector[] {
  const entries = agents.flatMap(({ selector }) => {
    if (selector.by !== "match") return [];
    const deferred = [...joining]
      .filter((host) => mayMatchBelow(selector, host))
      .map(
        (host): OpenSelector => ({
          ...describeSelector(selector, agentsBelow(name, host)),
          reason: "deferred",
          after: lowerManagerAddress(name, host),
        }),
      );
    return isListed
      ? deferred
      : [
          { ...describeSelector(selector, placeOfSelector(name, selector)), reason: "not-listed" as const },
          ...deferred,
        ];
  });
  const inScope = entries.filter(({ address }) => scope.touches(address));
  // Entries that differ only in their secrets look the same in a plan.
  return [...new Map(inScope.map((entry) => [JSON.stringify(entry), entry])).values()];
}

export function describeSelector(
  { match, managerHost, os, addons = [] }: AgentPattern,
  address: string,
): DescribedSelector {
  return {
    address,
    match,
    manager_host: managerHost,
    os,
    addons: addons.length > 0 ? addons : undefined,
  };
}

/** The place of the agents that a selector can match. */
export function placeOfSelector(manager: string, { managerHost }: AgentPattern): string {
  return managerHost === undefined || /[*?]/.test(managerHost)
    ? agentsOf(manager)
    : agentsBelow(manager, managerHost);
}
