/** How a run ends, decided from its results alone. Where two codes fit, the order of the rules decides. */
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

/** Of a run that its diagnostics stopped before anything was done. */
export function exitCodeOfDiagnostics(diagnostics: readonly Diagnostic[]): ExitCode {
  const codes = errorCodes(diagnostics);
  if (codes.includes("internal")) return ExitCode.failure;
  const found = new Set(codes.map((code) => diagnosticExitCodes[code]));
  const [only = ExitCode.failure] = found;
  return decisive.find((each) => found.has(each)) ?? (found.size === 1 ? only : ExitCode.failure);
}

/**
 * Of a plan that was made and not applied. `detailed` tells changes apart from being in sync: `drift` always does,
 * `plan` with `--detailed-exitcode`.
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
 * Of an apply or a destroy. What was done, or may have been, counts more than what was not: 1 only where nothing was done
 * at all.
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

/** Of an import. Places above resources may lack some of them; an address of which nothing is ours is a failure. */
export function exitCodeOfAdoption({ imported, left, refused, unknown, diagnostics }: Imported): ExitCode {
  if (refused.length + unknown.length === 0) return ExitCode.done;
  const isOursNow = imported.length > 0 || left.some(({ reason }) => reason === "already-ours");
  if (isOursNow) return ExitCode.partial;
  if (unknown.length === 0) return exitCodeOfDiagnostics(diagnostics);
  return allDenied(unknown.map(({ code }) => code)) ? ExitCode.denied : ExitCode.partial;
}

/** Of a list of what the managers have, of which something could be read. */
export function exitCodeOfListing({ unknown }: Listing): ExitCode {
  return unknown.length > 0 ? ExitCode.partial : ExitCode.done;
}

/** Of a doctor's checks: as a run would end that met what has failed. Warnings do not count. */
export function exitCodeOfHealth({ checks }: Health): ExitCode {
  const failed = checks.filter(({ status }) => status === "failed");
  if (failed.length === 0) return ExitCode.done;
  if (failed.every(({ code }) => code === "manager-partial")) return ExitCode.partial;
  return exitCodeOfDiagnostics(
    failed.map(({ code = "internal", detail }) => ({ code, severity: "error", summary: detail })),
  );
}

/** Of a probe: differences are what it is for, and its report holds them. */
export function exitCodeOfProbe({ isPartial, diagnostics }: Probed): ExitCode {
  return isPartial || errorCodes(diagnostics).length > 0 ? ExitCode.partial : ExitCode.done;
}

/** Of managers that were each reconciled once: where they ended differently, only a part is as it should be. */
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

/** Of a project that was begun: its files are written, whatever else was not done. */
export function exitCodeOfProject({ unknown }: Project, diagnostics: readonly Diagnostic[]): ExitCode {
  return unknown.length + errorCodes(diagnostics).length > 0 ? ExitCode.partial : ExitCode.done;
}

/** Of a rehearsed rebuild: changes are what is rehearsed. */
export function exitCodeOfRehearsal(plan: Plan | undefined, diagnostics: readonly Diagnostic[]): ExitCode {
  if (errorCodes(diagnostics).length > 0 || plan === undefined) return exitCodeOfDiagnostics(diagnostics);
  return exitCodeOfPlan(plan, false);
}

/** One such error decides how the run ended, whatever else was found; the first of them that occurs. */
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

/** A fleet in which one manager of many denies us is partly unknown; one in which all do is denied. */
function nothingIsKnown({ changes, summary }: Plan): boolean {
  return changes.length + summary.unchanged + summary.not_compared === 0;
}
