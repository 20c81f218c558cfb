import { managerOf } from "../../model/address";
import { changesThat } from "../../model/agent-spans";
import type { Change, DeferredChange } from "../../model/change";
import type { Budget, DesiredManager } from "../../model/desired-state";
import type { Diagnostic, SourcePosition } from "../../model/diagnostic";
import { type KindName, type KindNames, kindNames, kinds } from "../../model/kind-names";
import type { Plan } from "../../model/plan";
import { ownedNames, type PriorState } from "../prior-state";
import type { PlanDraft } from "./plan-draft";
import { lostBy } from "./selector-counts";

/**
 * So many deletes or rotations are always allowed, however small the share: otherwise a manager with few resources
 * could change nothing. A limit that is a number has no such exception.
 */
const ALWAYS_ALLOWED = 5;

interface Tally {
  readonly count: number;
  /** The first few, for a message. */
  readonly shown: readonly string[];
}

const NONE: Tally = { count: 0, shown: [] };
const MOST_SHOWN = 5;

function withOneMore({ count, shown }: Tally, address: string): Tally {
  return { count: count + 1, shown: shown.length < MOST_SHOWN ? [...shown, address] : shown };
}

/** Refusals if a manager's limits on deletes and rotations are exceeded; empty if they are not. */
export function checkBudgets(
  managers: readonly DesiredManager[],
  priorOf: (manager: string) => PriorState,
  { changes, deferred }: Pick<Plan, "changes" | "deferred">,
): Diagnostic[] {
  const tallies = tally([...changesThat(changes, counts), ...deferred.filter(counts)]);
  return managers.flatMap((manager) => {
    const { deletes, rotations } = tallies.get(manager.name) ?? { deletes: NONE, rotations: NONE };
    const prior = priorOf(manager.name);
    const issued = kindNames.reduce((sum, kind) => sum + countIssued(prior, kind), 0);
    return [
      ...checkBudget(manager, "maxDeletes", manager.policy.maxDeletes, deletes, prior.owned),
      ...checkBudget(manager, "maxRotations", manager.policy.maxRotations, rotations, issued),
    ];
  });
}

function countIssued(prior: PriorState, kind: KindName): number {
  const { isIssued }: KindNames = kinds[kind];
  return isIssued ? ownedNames(prior, kind).length : 0;
}

/**
 * Refuses selectors that lost more agents than may be deleted. A list silently leaves out what the user may not read,
 * so many agents that vanish at once were more likely hidden than removed. The share of each selector is that of its
 * own agents; the share of all selectors together is that of the manager's agents.
 */
export function checkLostAgents(
  managers: readonly DesiredManager[],
  priorOf: (manager: string) => PriorState,
  { lostAgents, selectorCounts }: Pick<PlanDraft, "lostAgents" | "selectorCounts">,
): Diagnostic[] {
  return managers.flatMap((manager) => {
    const { name, policy, position } = manager;
    const isOver = (count: number, before: number) => count > allowedBy(policy.maxDeletes, before);
    const lost = lostAgents.filter((agent) => agent.manager === name);
    const before = priorOf(name).agents.size;
    if (isOver(lost.length, before)) {
      const summary = `${lost.length} of the ${before} agents of ${name} that the state knows are no longer listed, more than policy.maxDeletes lets the plan forget`;
      return [tooManyLost(name, lost.length, summary, position)];
    }
    return selectorCounts.flatMap((selector) => {
      if (selector.manager !== name) return [];
      const count = lostBy(selector, lost);
      const matched = selector.known + count;
      if (!isOver(count, matched)) return [];
      const summary = `the selector ${JSON.stringify(selector.described.match)} of ${name} matched ${matched} agents at the last apply, and ${count} of them are no longer listed, more than policy.maxDeletes lets the plan forget`;
      return [tooManyLost(name, count, summary, selector.position)];
    });
  });
}

function tooManyLost(name: string, count: number, summary: string, position: SourcePosition): Diagnostic {
  const remedy = `check that the user of \`auth\` may still read them all; if they are gone, set managers.${name}.policy.maxDeletes to ${count} for this change`;
  return { code: "policy-refused", severity: "error", summary, remedy, address: name, position };
}

/**
 * Only issued secrets are ever replaced. Leftovers of a lost manager do not count: they were never managed, and
 * removing them is the purpose of a rebuild.
 */
function counts({ action, reason }: Pick<Change | DeferredChange, "action" | "reason">): boolean {
  return (action === "delete" || action === "replace") && reason !== "predecessor";
}

/** By manager, in one pass. */
function tally(
  changes: readonly (Change | DeferredChange)[],
): Map<string, { deletes: Tally; rotations: Tally }> {
  const tallies = new Map<string, { deletes: Tally; rotations: Tally }>();
  for (const { address, action } of changes) {
    const manager = managerOf(address);
    const own = tallies.get(manager) ?? { deletes: NONE, rotations: NONE };
    if (action === "delete") own.deletes = withOneMore(own.deletes, address);
    else own.rotations = withOneMore(own.rotations, address);
    tallies.set(manager, own);
  }
  return tallies;
}

function checkBudget(
  manager: DesiredManager,
  setting: "maxDeletes" | "maxRotations",
  budget: Budget,
  { count: wanted, shown }: Tally,
  managed: number,
): Diagnostic[] {
  if (wanted <= allowedBy(budget, managed)) return [];
  const limit = "count" in budget ? `${budget.count}` : `${budget.percent}% of ${managed} managed`;
  const more = wanted > shown.length ? ` and ${wanted - shown.length} more` : "";
  const verb = setting === "maxDeletes" ? "delete" : "issue again";
  return [
    {
      code: "policy-refused",
      severity: "error",
      summary: `the plan would ${verb} ${wanted} resources of ${manager.name}, more than policy.${setting} allows (${limit})`,
      remedy: `it is about ${shown.join(", ")}${more}; if this is meant, set managers.${manager.name}.policy.${setting} to ${wanted} for this change; if not, find what was removed from the desired state`,
      address: manager.name,
      position: manager.position,
    },
  ];
}

/** Number of the managed resources that may be deleted, rotated or lost at once. */
export function allowedBy(budget: Budget, managed: number): number {
  if ("count" in budget) return budget.count;
  return Math.max(Math.floor((managed * budget.percent) / 100), ALWAYS_ALLOWED);
}
