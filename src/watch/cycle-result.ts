/** The result of a cycle, from a plan and its outcome. Pure. */
import { diagnosticOfUnplanned } from "../library/manager-diagnostic";
import type { Reconciled } from "../library/reconcile";
import { parseAddress } from "../model/address";
import type { Diagnostic } from "../model/diagnostic";
import type { DiagnosticCode } from "../model/diagnostic-codes";
import { diagnosticExitCodes } from "../model/diagnostic-exit-codes";
import { ExitCode } from "../model/exit-code";
import { type KindName, kindNames } from "../model/kind-names";
import { isUnrecorded, type Outcome } from "../model/outcome";
import type { Plan, Unplanned } from "../model/plan";
import type { CycleStatus, ManagerCycle } from "../model/watch";

/** Limit for the causes of unknown resources that a cycle names. */
const MOST_CAUSES = 10;

/**
 * The manager itself works: such errors must not delay its cycles, so that they succeed as soon as somebody has fixed
 * the state or the key.
 */
const UNFIT_STATE: readonly DiagnosticCode[] = ["state-key", "state-unfinished"];

export const NOTHING_FOUND = {
  found: { create: 0, update: 0, replace: 0, delete: 0, forget: 0, deferred: 0 },
  drift: {},
  ...{ applied: 0, unknown: 0, unchanged: 0 },
} satisfies Partial<ManagerCycle>;

export function statusOf({ plan, outcome }: Reconciled): CycleStatus {
  const open = plan.unknown.length + plan.blocked.length;
  if (outcome !== undefined) return statusOfOutcome(outcome, open);
  const errors = plan.diagnostics.filter(isError);
  if (errors.length > 0) return statusOfStopped(errors);
  if (open > 0) return isAllUnknown(plan) ? "failed" : "partial";
  return Object.keys(driftOf({ plan })).length > 0 ? "drifted" : "in-sync";
}

/** The status of a cycle that errors stopped before anything was written. */
export function statusOfStopped(diagnostics: readonly Diagnostic[]): CycleStatus {
  const errors = diagnostics.filter(isError);
  const codes = errors.map(({ code }) => diagnosticExitCodes[code]);
  if (codes.includes(ExitCode.locked)) return "locked";
  const isRefused = codes.includes(ExitCode.policy) || errors.some(({ code }) => UNFIT_STATE.includes(code));
  return isRefused ? "refused" : "failed";
}

function statusOfOutcome({ summary, diagnostics, plan }: Outcome, open: number): CycleStatus {
  const errors = [...diagnostics, ...plan.diagnostics].filter(isError);
  const isUnfinished = summary.failed + summary.skipped + errors.length > 0;
  if (!isUnfinished && open === 0) return "applied";
  return isUnfinished && summary.applied + summary.carried_out === 0 ? statusOfStopped(errors) : "partial";
}

/**
 * The changes that are left, by kind. They include secrets that are no longer where they were delivered, although no
 * apply delivers them again by itself.
 */
export function driftOf({ plan, outcome }: Reconciled): Readonly<Partial<Record<KindName, number>>> {
  const done = new Set(
    outcome?.changes
      .filter((each) => each.status === "applied" && !isUnrecorded(each))
      .map(({ address }) => address),
  );
  const left = [
    ...plan.changes.filter(({ action, address }) => action !== "no-op" && !done.has(address)),
    // The second round of an apply has turned them into changes.
    ...(outcome === undefined ? plan.deferred : []),
  ].map(({ kind }) => kind);
  const vanished = plan.due
    .filter((each) => each.vanished !== undefined)
    .map(({ address }) => parseAddress(address)?.kind);
  const all: readonly (string | undefined)[] = [...left, ...vanished];
  const counts = kindNames.map((kind) => [kind, all.filter((each) => each === kind).length] as const);
  return Object.fromEntries(counts.filter(([, count]) => count > 0));
}

/** Delivered secrets that are no longer in their places. No apply delivers them again by itself. */
export function vanishedOf({ due }: Plan): Pick<ManagerCycle, "vanished"> {
  const vanished = due.flatMap(({ address, vanished: places }) => (places ? [{ address, places }] : []));
  return vanished.length === 0 ? {} : { vanished: vanished.slice(0, MOST_CAUSES) };
}

/** Causes of unknown and blocked resources: a manager that is down is one cause, not one for each agent. */
export function openPoints({ unknown, blocked }: Pick<Plan, "unknown" | "blocked">): readonly Diagnostic[] {
  const causes = new Map<string, { readonly first: Unplanned; count: number }>();
  for (const each of [...unknown, ...blocked]) {
    const cause = causes.get(`${each.code} ${each.detail}`);
    if (cause === undefined) causes.set(`${each.code} ${each.detail}`, { first: each, count: 1 });
    else cause.count += 1;
  }
  return [...causes.values()].slice(0, MOST_CAUSES).map(({ first, count }) => {
    const detail = count > 1 ? `${first.detail} (and ${count - 1} more)` : first.detail;
    return diagnosticOfUnplanned({ ...first, detail });
  });
}

function isAllUnknown({ changes, summary }: Plan): boolean {
  return changes.length + summary.unchanged + summary.not_compared === 0;
}

function isError({ severity }: Diagnostic): boolean {
  return severity === "error";
}
