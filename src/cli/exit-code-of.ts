/** Exit codes, from the results of a run alone. If two codes fit, the order of the rules decides. */
import type { Imported, Probed } from "../index";
import type { Diagnostic } from "../model/diagnostic";
import type { DiagnosticCode } from "../model/diagnostic-codes";
import { diagnosticExitCodes } from "../model/diagnostic-exit-codes";
import { ExitCode } from "../model/exit-code";
import type { Health } from "../model/health";
import type { Listing } from "../model/listing";
import type { Outcome } from "../model/outcome";
import type { Plan } from "../model/plan";
import type { Project } from "../model/project";
import type { ManagerCycle } from "../model/watch";
import { pendingChanges, vanishedSecrets } from "../report/plan-summary";

/** For a run that its diagnostics stopped before it did anything. */
export function exitCodeOfDiagnostics(diagnostics: readonly Diagnostic[]): ExitCode {
  const codes = errorCodes(diagnostics);
  if (codes.includes("internal")) return ExitCode.failure;
  const exitCodes = new Set(codes.map((code) => diagnosticExitCodes[code]));
  const [only = ExitCode.failure] = exitCodes;
  return decisive.find((each) => exitCodes.has(each)) ?? (exitCodes.size === 1 ? only : ExitCode.failure);
}

/**
 * For a plan that was made and not applied. With `detailed`, changes have a code of their own: always for `drift`,
 * for `plan` with `--detailed-exitcode`.
 */
export function exitCodeOfPlan(plan: Plan, detailed: boolean): ExitCode {
  // An apply would stop at the refusal, whatever else is open.
  if (exitCodeOfDiagnostics(plan.diagnostics) === ExitCode.policy) return ExitCode.policy;
  const open = [...plan.unknown, ...plan.blocked].map(({ code }) => code);
  if (open.length > 0) {
    return nothingIsKnown(plan) && allDenied(open) ? ExitCode.denied : ExitCode.partial;
  }
  if (errorCodes(plan.diagnostics).length > 0) return exitCodeOfDiagnostics(plan.diagnostics);
  return detailed && pendingChanges(plan) + vanishedSecrets(plan) > 0 ? ExitCode.changes : ExitCode.done;
}

/**
 * For an apply or a destroy. The code is 1 only if certainly nothing was done.
 */
export function exitCodeOfOutcome(outcome: Outcome): ExitCode {
  if (outcome.cancelled) return ExitCode.cancelled;
  const { plan, summary, diagnostics } = outcome;
  const unfinished = summary.failed + summary.skipped + errorCodes(diagnostics).length;
  const open = plan.unknown.length + plan.blocked.length + errorCodes(plan.diagnostics).length;
  if (unfinished + open === 0) return ExitCode.done;
  if (hasChanged(outcome)) return ExitCode.partial;
  return unfinished > 0 ? exitCodeOfDiagnostics(diagnostics) : exitCodeOfPlan(plan, false);
}

/** Whether an apply changed anything, or may have. */
export function hasChanged({ summary }: Outcome): boolean {
  return summary.applied + summary.carried_out > 0;
}

/** For an import. A place may lack some resources; an address of which the state owns nothing is a failure. */
export function exitCodeOfAdoption({ imported, left, refused, unknown, diagnostics }: Imported): ExitCode {
  if (refused.length + unknown.length === 0) return ExitCode.done;
  const isOursNow = imported.length > 0 || left.some(({ reason }) => reason === "already-ours");
  if (isOursNow) return ExitCode.partial;
  if (unknown.length === 0) return exitCodeOfDiagnostics(diagnostics);
  return allDenied(unknown.map(({ code }) => code)) ? ExitCode.denied : ExitCode.partial;
}

/** For a list of what the managers have, if some of it could be read. */
export function exitCodeOfListing({ unknown }: Listing): ExitCode {
  return unknown.length > 0 ? ExitCode.partial : ExitCode.done;
}

/** For doctor's checks: the code of those that failed, whatever the others found. Warnings do not count. */
export function exitCodeOfHealth({ checks }: Health): ExitCode {
  const failed = checks.filter(({ status }) => status === "failed");
  if (failed.length === 0) return ExitCode.done;
  if (failed.every(({ code }) => code === "manager-partial")) return ExitCode.partial;
  return exitCodeOfDiagnostics(
    failed.map(({ code = "internal", detail }) => ({ code, severity: "error", summary: detail })),
  );
}

/** For a probe. Differences are no failure; its report contains them. */
export function exitCodeOfProbe({ isPartial, diagnostics }: Probed): ExitCode {
  return isPartial || errorCodes(diagnostics).length > 0 ? ExitCode.partial : ExitCode.done;
}

/** For managers that were each reconciled once. If they ended differently, the run is partial. */
export function exitCodeOfCycles(cycles: readonly ManagerCycle[]): ExitCode {
  const codes = new Set(cycles.map(exitCodeOfCycle));
  const [only = ExitCode.done] = codes;
  if (codes.size <= 1) return only;
  const isWhole = [...codes].every((code) => code === ExitCode.done || code === ExitCode.changes);
  return isWhole ? ExitCode.changes : ExitCode.partial;
}

function exitCodeOfCycle({ status, diagnostics }: ManagerCycle): ExitCode {
  return status === "failed" || status === "refused"
    ? exitCodeOfDiagnostics(diagnostics)
    : cycleExitCodes[status];
}

const cycleExitCodes: Readonly<Record<Exclude<ManagerCycle["status"], "failed" | "refused">, ExitCode>> = {
  "in-sync": ExitCode.done,
  drifted: ExitCode.changes,
  applied: ExitCode.done,
  partial: ExitCode.partial,
  locked: ExitCode.locked,
};

/** For a new project: its files are written, even if other steps failed. */
export function exitCodeOfProject({ unknown }: Project, diagnostics: readonly Diagnostic[]): ExitCode {
  return unknown.length + errorCodes(diagnostics).length > 0 ? ExitCode.partial : ExitCode.done;
}

/** For a rehearsed rebuild. Changes are expected. */
export function exitCodeOfRehearsal(plan: Plan | undefined, diagnostics: readonly Diagnostic[]): ExitCode {
  if (errorCodes(diagnostics).length > 0 || plan === undefined) return exitCodeOfDiagnostics(diagnostics);
  return exitCodeOfPlan(plan, false);
}

/** Codes that decide alone, whatever else was found; the first in this list that occurs wins. */
const decisive: readonly ExitCode[] = [
  ExitCode.cancelled,
  ExitCode.partial,
  ExitCode.locked,
  ExitCode.stale,
  ExitCode.policy,
];

function errorCodes(diagnostics: readonly Diagnostic[]): readonly DiagnosticCode[] {
  return diagnostics.filter(({ severity }) => severity === "error").map(({ code }) => code);
}

function allDenied(codes: readonly DiagnosticCode[]): boolean {
  return codes.length > 0 && codes.every((code) => code === "manager-denied");
}

/** If one of many managers denies access, the fleet is partly unknown; if all do, the run is denied. */
function nothingIsKnown({ changes, summary }: Plan): boolean {
  return changes.length + summary.unchanged + summary.not_compared === 0;
}
