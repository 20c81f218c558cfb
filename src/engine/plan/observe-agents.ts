import { ManagerError } from "../../api/manager-error";
import { type AgentRef, agentAddress, agentsOf } from "../../model/address";
import type { AgentDeclaration, DesiredManager } from "../../model/desired-state";
import type { Diagnostic } from "../../model/diagnostic";
import type { Unplanned } from "../../model/plan";
import { suggest } from "../../model/shell-command";
import type { AgentUnit } from "../../resources/agent-secrets/agent-unit";
import { emptySelection } from "../../resources/agent-secrets/empty-selection";
import { matches, mayMatch, mayMatchBelow } from "../../resources/agent-secrets/selection";
import { failedRequest, unplanned } from "../../resources/failed-request";
import type { AgentRecord } from "../../state/port";
import { spelledOtherwise } from "../observe/host-spelling-warnings";
import type { Observer } from "../observe/observer";
import type { PriorState } from "../prior-state";
import type { Scope } from "../scope";
import { type AgentListing, agentListing } from "../values/agent-blocks";
import { entriesForAgent } from "./entries-for-agent";
import type { ManagerUnits } from "./manager-units";
import { placeOfSelector } from "./open-selectors";

/** The agents that a manager's plan must observe. */
export interface AgentUnits {
  readonly units: readonly AgentUnit[];
  /** Agents below lower managers that are to be added, with what is declared for them by host. */
  readonly unseen: readonly AgentUnit[];
  /** Absent if no selector needs it. */
  readonly listing?: AgentListing | undefined;
  readonly unknown: readonly Unplanned[];
  /** Errors of the desired state that only the live agent list shows, and warnings. */
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Finds the agents with declared or owned secrets. It reads the live list only if a selector needs it; an agent
 * outside of an incomplete list is *unknown* if a selector might apply to it. Agents below `joining` lower managers
 * are *unseen*: they are not observed and follow in a second round.
 */
export async function observeAgents(
  units: ManagerUnits,
  prior: PriorState,
  observer: Observer,
  scope: Scope,
  joining: ReadonlySet<string> = new Set(),
): Promise<AgentUnits> {
  const { desired } = units;
  const selecting = desired.agents.some(({ selector }) => selector.by === "match");
  const unknown: Unplanned[] = [];
  const listing = selecting ? await listAgents(desired.name, observer, unknown) : undefined;
  const [gap] = unknown;
  const [visible, unseen]: [AgentUnit[], AgentUnit[]] = [[], []];
  const conflicts = new Map<string, Diagnostic>();
  const choose = entriesForAgent(desired.agents, listing);
  for (const [address, agent] of candidates(desired, prior, listing, scope)) {
    if (!scope.touches(address)) continue;
    const isUnseen = joining.has(agent.managerHost);
    const selected = isUnseen ? choose.byHost(agent) : choose.any(address, agent);
    if (selected === "undecidable") {
      unknown.push(undecidable(address, gap));
      continue;
    }
    for (const each of selected.conflicts) {
      const conflict = overlap(address, each);
      conflicts.set(conflict.summary, conflict);
    }
    if (selected.blocks.length > 0 || prior.agents.has(address))
      (isUnseen ? unseen : visible).push({
        address,
        // An agent of the live list has more fields, which must not get into a plan.
        agent: { host: agent.host, managerHost: agent.managerHost },
        declarations: selected.blocks,
        undecided: selected.undecided,
        isHidden: listing?.complete === true && !listing.agents.has(address) && isSelectable(agent, desired),
      });
  }
  const diagnostics = [
    ...conflicts.values(),
    ...unmatched(desired, listing, scope, joining),
    ...spelledOtherwise(desired, listing?.agents.values() ?? []),
  ];
  return { units: visible, unseen, listing, unknown, diagnostics };
}

async function listAgents(manager: string, observer: Observer, unknown: Unplanned[]): Promise<AgentListing> {
  const address = agentsOf(manager);
  try {
    const answer = await observer.agents();
    if (answer && !answer.complete) {
      const warnings = answer.warnings.map(({ messageId, message }) => `${messageId}: ${message}`).join("; ");
      const detail = `the agent list does not cover every manager, so a selector may apply to agents that are not in it (${warnings})`;
      unknown.push({ address, code: "manager-partial", detail });
    }
    return agentListing(manager, answer);
  } catch (error) {
    if (!(error instanceof ManagerError)) throw error;
    const failed = failedRequest(address, error);
    unknown.push({ ...failed, detail: `the agents could not be listed: ${failed.detail}` });
    return { ...agentListing(manager, undefined), isAsked: true };
  }
}

/** Every agent that is declared by host, in the live list, or owned and possibly in scope; each once, by address. */
function* candidates(
  desired: DesiredManager,
  prior: PriorState,
  listing: AgentListing | undefined,
  scope: Scope,
): Generator<readonly [address: string, agent: AgentRef]> {
  const others = new Map<string, AgentRef>();
  const add = (address: string, agent: AgentRef) => {
    if (!listing?.agents.has(address) && !others.has(address)) others.set(address, agent);
  };
  for (const { selector } of desired.agents) {
    if (selector.by !== "host") continue;
    const { host, managerHost } = selector;
    add(agentAddress(desired.name, selector), { host, managerHost });
  }
  for (const { address, agent } of ownedAgents(prior, scope)) add(address, agent);
  if (listing) yield* listing.agents;
  yield* others;
}

/** With targets, looks up only the targeted agents. */
function ownedAgents({ agents }: PriorState, scope: Scope): Iterable<AgentRecord> {
  return scope.agents ? [...scope.agents].flatMap((address) => agents.get(address) ?? []) : agents.values();
}

function isSelectable(agent: AgentRef, { agents }: DesiredManager): boolean {
  return agents.some(({ selector }) => selector.by === "match" && mayMatch(selector, agent));
}

/** Why it is unknown whether selectors apply to an agent: the reason why the list lacks it. */
function undecidable(address: string, gap: Unplanned | undefined): Unplanned {
  const {
    code = "manager-partial",
    detail: cause = "the agent list does not cover it now",
    remedy,
  } = gap ?? {};
  const summary = `a selector asks for its operating system or add-ons, and ${cause}`;
  return unplanned(address, { code, summary, remedy });
}

function overlap(
  address: string,
  conflict: { readonly key: string; readonly first: AgentDeclaration; readonly second: AgentDeclaration },
): Diagnostic {
  const [first, second] = [conflict.first.position, conflict.second.position];
  return {
    code: "selector-overlap",
    severity: "error",
    summary: `two selectors give ${JSON.stringify(conflict.key)} to the same agents, and neither is more specific: ${first.file}:${first.line} and ${second.file}:${second.line}`,
    remedy: `make one selector narrower, or declare the agent (for example ${address}) by host`,
    position: second,
  };
}

/** Selectors that match no agent of a complete list: most often a typing error. */
function unmatched(
  desired: DesiredManager,
  listing: AgentListing | undefined,
  scope: Scope,
  joining: ReadonlySet<string>,
): Diagnostic[] {
  if (!listing?.complete) return [];
  const live = [...listing.agents.values()];
  return desired.agents.flatMap(({ selector, position }) => {
    if (selector.by === "host" || live.some((agent) => matches(selector, agent))) return [];
    if (!scope.covers(placeOfSelector(desired.name, selector))) return [];
    if ([...joining].some((host) => mayMatchBelow(selector, host))) return [];
    const { why, meant } = emptySelection(selector, live);
    return [
      {
        code: "nothing-matched",
        severity: "warning",
        summary: `the selector ${JSON.stringify(selector.match)} matches no agent of ${desired.name}: ${why}`,
        remedy: `${meant === undefined ? "" : `${meant} `}check it against ${suggest("get", "agents", "--manager", desired.name)}`,
        position,
      } as const,
    ];
  });
}
