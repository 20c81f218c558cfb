import { type AgentRef, parseAddress } from "../../model/address";
import type { AgentSelector, DesiredManager } from "../../model/desired-state";
import type { SourcePosition } from "../../model/diagnostic";
import type { DescribedSelector, MatchedSelector } from "../../model/selector";
import { matches, mayMatch, mayMatchBelow } from "../../resources/agent-secrets/selection";
import type { UnitPlan } from "../../resources/unit-plan";
import type { PriorState } from "../prior-state";
import type { Scope } from "../scope";
import type { AgentListing } from "../values/agent-blocks";
import { describeSelector, placeOfSelector } from "./open-selectors";

/** The listed agents that a selector matches. */
export interface SelectorCount {
  readonly manager: string;
  readonly described: DescribedSelector;
  readonly selector: Extract<AgentSelector, { by: "match" }>;
  /** The keys of every entry with this selector. */
  readonly keys: ReadonlySet<string>;
  readonly agents: number;
  /** Agents among them with owned secrets. */
  readonly known: number;
  /** Whether the list covers every agent that the selector may match. */
  readonly isWhole: boolean;
  readonly position: SourcePosition;
}

/** An agent that the user can no longer see, with the owned keys on it. */
export interface LostAgent {
  readonly manager: string;
  readonly agent: AgentRef;
  readonly keys: readonly string[];
}

export interface ListedAgents {
  readonly prior: PriorState;
  /** Absent if the manager has no selector. */
  readonly listing: AgentListing | undefined;
  /** Hosts of the lower managers that are to be added. */
  readonly joining: ReadonlySet<string>;
}

/** Counts the agents of a manager's selectors. A selector for places that the list does not show yet has no count. */
export function countSelectors(
  { name, agents }: DesiredManager,
  { prior, listing, joining }: ListedAgents,
  scope: Scope,
): SelectorCount[] {
  if (!listing?.isAsked) return [];
  const counts = new Map<string, SelectorCount>();
  for (const { selector, secrets, position } of agents) {
    if (selector.by !== "match") continue;
    const described = describeSelector(selector, placeOfSelector(name, selector));
    if (!scope.touches(described.address)) continue;
    const id = JSON.stringify(described);
    const counted = counts.get(id) ?? { selector, position, ...countAgents(selector, prior, listing) };
    const keys = new Set([...(counts.get(id)?.keys ?? []), ...secrets.keys()]);
    const isWhole = listing.complete && ![...joining].some((host) => mayMatchBelow(selector, host));
    counts.set(id, { ...counted, manager: name, described, keys, isWhole });
  }
  return [...counts.values()].filter(({ isWhole, agents: count }) => isWhole || count > 0);
}

function countAgents(selector: AgentSelector, prior: PriorState, { agents }: AgentListing) {
  let [matching, known] = [0, 0];
  for (const [address, agent] of agents) {
    if (!matches(selector, agent)) continue;
    matching++;
    if (prior.agents.has(address)) known++;
  }
  return { agents: matching, known };
}

/** `forgotten` is the plan of a vanished agent: a change for each owned key. */
export function lostAgent(manager: string, agent: AgentRef, { changes }: UnitPlan): LostAgent {
  const keys = changes.flatMap(({ address }) => {
    const addressed = parseAddress(address);
    return addressed?.kind === "secret" ? [addressed.key] : [];
  });
  return { manager, agent, keys };
}

/**
 * Number of lost agents with secrets from a selector. Their systems and add-ons are no longer known, but their keys
 * are.
 */
export function lostBy({ manager, selector, keys }: SelectorCount, lost: readonly LostAgent[]): number {
  return lost.filter(
    (each) =>
      each.manager === manager && mayMatch(selector, each.agent) && each.keys.some((key) => keys.has(key)),
  ).length;
}

/** The count in the form of a plan. */
export function matchedSelector(count: SelectorCount, lost: readonly LostAgent[]): MatchedSelector {
  const { described, agents, isWhole } = count;
  const gone = lostBy(count, lost);
  return {
    ...described,
    agents,
    at_least: isWhole ? undefined : (true as const),
    lost: gone > 0 ? gone : undefined,
  };
}
