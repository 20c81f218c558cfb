import { agentsBelow, isWithin, parseAddress } from "../model/address";
import type { DesiredState } from "../model/desired-state";
import type { Outcome } from "../model/outcome";
import type { Plan, PlanSummary } from "../model/plan";
import type { StateView } from "../state/port";
import type { PlanRequest } from "./plan-run";
import { createScope } from "./scope";

/**
 * What is left to plan after an apply: the agents of a lower manager can be seen only once it is added, and what the
 * state holds of them can be forgotten only once it is deleted. `undefined` when no lower manager was either, or
 * nothing is declared or owned that could be for its agents.
 */
export function nextRound(
  request: PlanRequest,
  desired: DesiredState,
  state: StateView,
  { changes }: Outcome,
): PlanRequest | undefined {
  const places = changes.flatMap(({ address, action, status }) => {
    const changed = status === "applied" ? parseAddress(address) : undefined;
    if (changed?.kind !== "lower-manager") return [];
    const isMeant =
      (action === "create" && hasDeclaration(desired, changed)) ||
      ((action === "create" || action === "delete") && hasRecord(state, changed));
    return isMeant ? [agentsBelow(changed.manager, changed.host)] : [];
  });
  const scope = createScope(request);
  const targets = places.flatMap((place) =>
    scope.covers(place) ? [place] : request.targets.filter((target) => isWithin(target, place)),
  );
  return targets.length === 0 ? undefined : { ...request, targets };
}

interface LowerManager {
  readonly manager: string;
  readonly host: string;
}

function hasDeclaration({ managers }: DesiredState, { manager, host }: LowerManager): boolean {
  const declarations = managers.get(manager)?.agents ?? [];
  return declarations.some(({ selector }) => selector.by === "match" || selector.managerHost === host);
}

function hasRecord(state: StateView, { manager, host }: LowerManager): boolean {
  for (const record of state.records()) {
    if (record.kind === "agent" && record.manager === manager && record.agent.managerHost === host)
      return true;
  }
  return false;
}

/** Two rounds told as one. What the first one did not know, and the second was about, is as the second found it. */
export function joinRounds(first: Outcome, second: Outcome): Outcome {
  const { summary } = first;
  return {
    plan: joinPlans(first.plan, second.plan),
    changes: [...first.changes, ...second.changes].sort((a, b) => (a.address < b.address ? -1 : 1)),
    summary: {
      applied: summary.applied + second.summary.applied,
      failed: summary.failed + second.summary.failed,
      skipped: summary.skipped + second.summary.skipped,
      requests: summary.requests + second.summary.requests,
    },
    cancelled: second.cancelled,
    diagnostics: [...first.diagnostics, ...second.diagnostics],
  };
}

function joinPlans(first: Plan, second: Plan): Plan {
  const { targets } = second.options;
  const isOpen = ({ address }: { readonly address: string }) =>
    !targets.some((target) => isWithin(address, target));
  const unknown = [...first.unknown.filter(isOpen), ...second.unknown];
  const blocked = [...first.blocked.filter(isOpen), ...second.blocked];
  return {
    ...first,
    changes: [...first.changes, ...second.changes].sort((a, b) => (a.address < b.address ? -1 : 1)),
    operations: [...first.operations, ...second.operations],
    unknown,
    blocked,
    kept: [...first.kept, ...second.kept],
    summary: { ...sum(first.summary, second.summary), unknown: unknown.length, blocked: blocked.length },
    // That nobody is behind a lower manager yet is no news.
    diagnostics: [
      ...first.diagnostics,
      ...second.diagnostics.filter(({ code }) => code !== "nothing-matched"),
    ],
  };
}

function sum(first: PlanSummary, second: PlanSummary): PlanSummary {
  const entries = Object.entries(first) as [keyof PlanSummary, number][];
  return Object.fromEntries(
    entries.map(([name, count]) => [name, count + second[name]]),
  ) as unknown as PlanSummary;
}
