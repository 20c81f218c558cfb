import { agentsBelow, agentsOf, isWithin, parseAddress } from "../../model/address";
import { DiagnosticError } from "../../model/diagnostic";
import type { Outcome } from "../../model/outcome";
import type { Plan, PlanSummary } from "../../model/plan";
import type { MatchedSelector, OpenSelector } from "../../model/selector";
import type { StateView } from "../../state/port";
import type { PlanRequest } from "../plan/make-plan";
import { createScope } from "../scope";

/**
 * The request for a second round after an apply: everything below an added lower manager for which something waits,
 * and what the state has below a deleted one. `undefined` if there is nothing.
 */
export function nextRound(request: PlanRequest, state: StateView, outcome: Outcome): PlanRequest | undefined {
  const { plan } = outcome;
  const waitedFor = new Set([...plan.deferred, ...plan.open_selectors].map(({ after }) => after));
  const joined = appliedAmong(waitedFor, outcome).flatMap((address) => {
    const added = parseAddress(address);
    if (added?.kind !== "lower-manager") return [];
    const all = agentsOf(added.manager);
    // An incomplete list may lack more than the agents of that host.
    return [plan.unknown.some((each) => each.address === all) ? all : agentsBelow(added.manager, added.host)];
  });
  const elsewhere = deferredDue(outcome).filter(
    (address) => !joined.some((place) => isWithin(address, place)),
  );
  return followingUp(request, [...joined, ...elsewhere, ...placesLeft(outcome, state)]);
}

/** The same for a saved plan, which may only make its own deferred changes. */
export function deferredRound(
  request: PlanRequest,
  state: StateView,
  outcome: Outcome,
): PlanRequest | undefined {
  return followingUp(request, [...deferredDue(outcome), ...placesLeft(outcome, state)]);
}

/** Addresses of the deferred changes that no longer wait. */
function deferredDue(outcome: Outcome): string[] {
  const { deferred } = outcome.plan;
  const applied = new Set(appliedAmong(new Set(deferred.map(({ after }) => after)), outcome));
  return deferred.filter(({ after }) => applied.has(after)).map(({ address }) => address);
}

/** Those of the addresses whose changes were applied. Most plans wait for nothing, and may have a million changes. */
function appliedAmong(addresses: ReadonlySet<string | undefined>, { changes }: Outcome): string[] {
  if (addresses.size === 0) return [];
  return changes.flatMap(({ address, status }) =>
    status === "applied" && addresses.has(address) ? [address] : [],
  );
}

function followingUp(request: PlanRequest, places: readonly string[]): PlanRequest | undefined {
  const scope = createScope(request);
  const targets = [...new Set(places)].flatMap((place) =>
    scope.covers(place) ? [place] : request.targets.filter((target) => isWithin(target, place)),
  );
  return targets.length === 0 ? undefined : { ...request, targets, followsUp: true };
}

/** Places below deleted lower managers where the state has agents: they are planned again. */
function placesLeft({ plan, changes }: Outcome, state: StateView): string[] {
  if (plan.summary.delete === 0) return [];
  const places = changes.flatMap(({ address, action, status }) => {
    const deleted = action === "delete" && status === "applied" ? parseAddress(address) : undefined;
    return deleted?.kind === "lower-manager" ? [agentsBelow(deleted.manager, deleted.host)] : [];
  });
  if (places.length === 0) return [];
  const left = new Set<string>();
  for (const record of state.records()) {
    if (record.kind === "agent") left.add(agentsBelow(record.manager, record.agent.managerHost));
  }
  return places.filter((place) => left.has(place));
}

/**
 * Adds a later refusal to an outcome, which keeps its results: of the next round before its first request, or of the
 * state.
 */
export function refusedLater(first: Outcome, error: unknown): Outcome {
  if (!(error instanceof DiagnosticError)) throw error;
  return { ...first, diagnostics: [...first.diagnostics, ...error.diagnostics] };
}

/** Joins two rounds. For resources that were unknown in the first round, the result of the second one counts. */
export function joinRounds(first: Outcome, second: Outcome): Outcome {
  const { summary } = first;
  return {
    plan: joinPlans(first.plan, second.plan),
    changes: [...first.changes, ...second.changes].sort((a, b) => (a.address < b.address ? -1 : 1)),
    summary: {
      applied: summary.applied + second.summary.applied,
      failed: summary.failed + second.summary.failed,
      skipped: summary.skipped + second.summary.skipped,
      not_recorded: summary.not_recorded + second.summary.not_recorded,
      requests: summary.requests + second.summary.requests,
      carried_out: summary.carried_out + second.summary.carried_out,
    },
    cancelled: second.cancelled,
    further_plan_due: first.further_plan_due || second.further_plan_due,
    diagnostics: [...first.diagnostics, ...second.diagnostics],
  };
}

function joinPlans(first: Plan, second: Plan): Plan {
  const { covers } = createScope({ managers: [], targets: second.options.targets });
  const join = <T extends { readonly address: string }>(one: readonly T[], other: readonly T[]) => [
    ...one.filter(({ address }) => !covers(address)),
    ...other,
  ];
  // The user's targets may be below the place where a selector waited; a saved plan's round has targets of its own.
  const isStillOpen = ({ address, reason }: OpenSelector) => {
    const wanted = first.options.targets.filter((target) => isWithin(target, address));
    const isDone = reason === "deferred" && wanted.length > 0 && wanted.every(covers);
    return !isDone && !covers(address);
  };
  const lists = {
    deferred: join(first.deferred, second.deferred),
    open_selectors: [...first.open_selectors.filter(isStillOpen), ...second.open_selectors],
    unknown: join(first.unknown, second.unknown),
    blocked: join(first.blocked, second.blocked),
  };
  return {
    ...first,
    ...lists,
    selectors: joinSelectors(first.selectors, second.selectors),
    changes: [...first.changes, ...second.changes].sort((a, b) => (a.address < b.address ? -1 : 1)),
    operations: [...first.operations, ...second.operations],
    kept: [...first.kept, ...second.kept],
    due: [...first.due, ...second.due],
    uncompared: [...first.uncompared, ...second.uncompared],
    summary: {
      ...sum(first.summary, second.summary),
      deferred: lists.deferred.length,
      open_selectors: lists.open_selectors.length,
      unknown: lists.unknown.length,
      blocked: lists.blocked.length,
    },
    // A lower manager may have no agents yet.
    diagnostics: [
      ...first.diagnostics,
      ...second.diagnostics.filter(({ code }) => code !== "nothing-matched"),
    ],
  };
}

/** The second round counts some selectors again, with more of their agents visible. */
function joinSelectors(first: Plan["selectors"] = [], second: Plan["selectors"] = []): MatchedSelector[] {
  const named = [...first, ...second].map((entry) => {
    const { agents: _agents, at_least: _atLeast, lost: _lost, ...described } = entry;
    return [JSON.stringify(described), entry] as const;
  });
  return [...new Map(named).values()].sort((a, b) => (a.address < b.address ? -1 : 1));
}

function sum(first: PlanSummary, second: PlanSummary): PlanSummary {
  const entries = Object.entries(first) as [keyof PlanSummary, number][];
  return Object.fromEntries(
    entries.map(([name, count]) => [name, count + second[name]]),
  ) as unknown as PlanSummary;
}
