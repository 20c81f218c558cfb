import { agentsBelow, agentsOf, isWithin, parseAddress } from "../model/address";
import type { AgentDeclaration, DesiredState } from "../model/desired-state";
import { DiagnosticError } from "../model/diagnostic";
import type { Outcome } from "../model/outcome";
import type { Plan, PlanSummary } from "../model/plan";
import { isJoining } from "../resources/lower-managers";
import type { StateView } from "../state/port";
import type { PlanRequest } from "./plan-run";
import { createScope } from "./scope";

/**
 * What is left to plan after an apply: the agents of a lower manager can be seen only once it is added, and what the
 * state holds of them can be forgotten only once it is deleted. `undefined` when no lower manager was either, or nothing
 * is declared or owned that could be for its agents.
 */
export function nextRound(
  request: PlanRequest,
  desired: DesiredState,
  state: StateView,
  { changes, plan }: Outcome,
): PlanRequest | undefined {
  const joining = new Set(plan.changes.filter(isJoining).map(({ address }) => address));
  const places = changes.flatMap(({ address, action, status }) => {
    if (action === "delete" && status === "applied") return placeLeft(address, state);
    const added = status === "applied" && joining.has(address) ? parseAddress(address) : undefined;
    if (added?.kind !== "lower-manager") return [];
    const declarations: readonly AgentDeclaration[] = desired.managers.get(added.manager)?.agents ?? [];
    const isMeant = declarations.some(
      ({ selector }) => selector.by === "match" || selector.managerHost === added.host,
    );
    const all = agentsOf(added.manager);
    // A list that did not cover everything may have left out more than the agents of that host.
    const place = plan.unknown.some(({ address }) => address === all)
      ? all
      : agentsBelow(added.manager, added.host);
    // Agents of which only the state knows wait there as well.
    const isAwaited = plan.unknown.some(({ address }) => isWithin(address, place));
    return isMeant || isAwaited ? [place] : [];
  });
  const scope = createScope(request);
  const targets = [...new Set(places)].flatMap((place) =>
    scope.covers(place) ? [place] : request.targets.filter((target) => isWithin(target, place)),
  );
  return targets.length === 0 ? undefined : { ...request, targets, followsUp: true };
}

/** Where the state holds agents below a lower manager that was deleted: they are to be looked at once more. */
function placeLeft(address: string, state: StateView): string[] {
  const deleted = parseAddress(address);
  if (deleted?.kind !== "lower-manager") return [];
  const { manager, host } = deleted;
  for (const record of state.records()) {
    if (record.kind === "agent" && record.manager === manager && record.agent.managerHost === host) {
      return [agentsBelow(manager, host)];
    }
  }
  return [];
}

/** What was done stays told when something is refused after it: the next round before its first request, or the state. */
export function refusedLater(first: Outcome, error: unknown): Outcome {
  if (!(error instanceof DiagnosticError)) throw error;
  return { ...first, diagnostics: [...first.diagnostics, ...error.diagnostics] };
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
      carried_out: summary.carried_out + second.summary.carried_out,
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
    due: [...first.due, ...second.due],
    uncompared: [...first.uncompared, ...second.uncompared],
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
