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

/** What a selector matches of the listed agents. */
export interface SelectorCount {
  readonly manager: string;
  readonly described: DescribedSelector;
  readonly selector: Extract<AgentSelector, { by: "match" }>;
  /** Of every entry with this selector. */
  readonly keys: ReadonlySet<string>;
  readonly agents: number;
  /** Those of `agents` on which the state holds something. */
  readonly known: number;
  /** Whether the list covers all that the selector may match. */
  readonly isWhole: boolean;
  readonly position: SourcePosition;
}

/** An agent that does not exist any more as far as the user sees, with the keys that were ours on it. */
export interface LostAgent {
  readonly manager: string;
  readonly agent: AgentRef;
  readonly keys: readonly string[];
}

export interface ListedAgents {
  readonly prior: PriorState;
  /** Absent where the manager has no selector. */
  readonly listing: AgentListing | undefined;
  /** Hosts of the lower managers that are to be added. */
  readonly joining: ReadonlySet<string>;
}

/** Counts the agents of a manager's selectors. One of which the list shows nothing yet has no number. */
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
  return [...counts.values()].filter(({ isWhole, agents: found }) => isWhole || found > 0);
}

function countAgents(selector: AgentSelector, prior: PriorState, { agents }: AgentListing) {
  let [found, known] = [0, 0];
  for (const [address, agent] of agents) {
    if (!matches(selector, agent)) continue;
    found++;
    if (prior.agents.has(address)) known++;
  }
  return { agents: found, known };
}

/** `forgotten` is the plan of an agent that has gone: a change for each key that was ours. */
export function lostAgent(manager: string, agent: AgentRef, { changes }: UnitPlan): LostAgent {
  const keys = changes.flatMap(({ address }) => {
    const addressed = parseAddress(address);
    return addressed?.kind === "secret" ? [addressed.key] : [];
  });
  return { manager, agent, keys };
}

/** How many of the lost agents hold what a selector gave. Their systems and add-ons are not known any more; their keys are. */
export function lostBy({ manager, selector, keys }: SelectorCount, lost: readonly LostAgent[]): number {
  return lost.filter(
    (each) =>
      each.manager === manager && mayMatch(selector, each.agent) && each.keys.some((key) => keys.has(key)),
  ).length;
}

/** The count as a plan shows it. */
export function matchedSelector(count: SelectorCount, lost: readonly LostAgent[]): MatchedSelector {
  const { described, agents, isWhole } = count;
  const gone = lostBy(count, lost);
  return {
    ...described,
    agents,
    ...(!isWhole && { at_least: true as const }),
    ...(gone > 0 && { lost: gone }),
  };
}
