/** How a run ends, decided from its results alone. Where two codes fit, the order of the rules decides. */
import type { Imported } from "../index";
import type { Diagnostic } from "../model/diagnostic";
import type { DiagnosticCode } from "../model/diagnostic-codes";
import { ExitCode } from "../model/exit-code";
import type { Outcome } from "../model/outcome";
import type { Plan } from "../model/plan";
import { pendingChanges } from "../report/plan-summary";

/** Of a run that its findings stopped before anything was done. */
export function exitCodeOfFindings(findings: readonly Diagnostic[]): ExitCode {
  const codes = errorCodes(findings);
  for (const [code, exitCode] of decisive) {
    if (codes.includes(code)) return exitCode;
  }
  if (codes.length > 0 && codes.every((code) => inputCodes.has(code))) return ExitCode.usage;
  return allDenied(codes) ? ExitCode.denied : ExitCode.failure;
}

/**
 * Of a plan that was made and not applied. `detailed` tells changes apart from being in sync: `drift` always does,
 * `plan` with `--detailed-exitcode`.
 */
export function exitCodeOfPlan(plan: Plan, detailed: boolean): ExitCode {
  // An apply would stop at the refusal, whatever else is open.
  if (errorCodes(plan.diagnostics).includes("policy-refused")) return ExitCode.policy;
  const open = [...plan.unknown, ...plan.blocked].map(({ code }) => code);
  if (open.length > 0) {
    return nothingIsKnown(plan) && allDenied(open) ? ExitCode.denied : ExitCode.partial;
  }
  if (errorCodes(plan.diagnostics).length > 0) return exitCodeOfFindings(plan.diagnostics);
  return detailed && pendingChanges(plan) > 0 ? ExitCode.changes : ExitCode.done;
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
  if (summary.applied + summary.carried_out > 0) return ExitCode.partial;
  return unfinished > 0 ? exitCodeOfFindings(diagnostics) : exitCodeOfPlan(plan, false);
}

/** Of an import. Places above resources may lack some of them; an address of which nothing is ours is a failure. */
export function exitCodeOfAdoption({ imported, left, refused, unknown, diagnostics }: Imported): ExitCode {
  if (refused.length + unknown.length === 0) return ExitCode.done;
  const isOursNow = imported.length > 0 || left.some(({ reason }) => reason === "already-ours");
  if (isOursNow) return ExitCode.partial;
  if (unknown.length === 0) return exitCodeOfFindings(diagnostics);
  return allDenied(unknown.map(({ code }) => code)) ? ExitCode.denied : ExitCode.partial;
}

/**
 * Of a rehearsed rebuild. Agents that cannot be seen before their lower manager is added are as they should be; and
 * changes are what is rehearsed.
 */
export function exitCodeOfRehearsal(plan: Plan | undefined, findings: readonly Diagnostic[]): ExitCode {
  if (errorCodes(findings).length > 0 || plan === undefined) return exitCodeOfFindings(findings);
  const unknown = plan.unknown.filter(({ code }) => code !== "not-yet-added");
  return exitCodeOfPlan({ ...plan, unknown }, false);
}

/** One such error says how the run ended, whatever else was found. */
const decisive: readonly (readonly [DiagnosticCode, ExitCode])[] = [
  ["internal", ExitCode.failure],
  ["cancelled", ExitCode.cancelled],
  ["state-locked", ExitCode.locked],
  ["lock-lost", ExitCode.locked],
  ["plan-stale", ExitCode.stale],
  ["policy-refused", ExitCode.policy],
];

/** What the user can mend in what was typed or written. */
const inputCodes: ReadonlySet<DiagnosticCode> = new Set<DiagnosticCode>([
  "file-unreadable",
  "no-input",
  "yaml-syntax",
  "yaml-limits",
  "api-version",
  "unknown-key",
  "missing-key",
  "wrong-type",
  "out-of-range",
  "duplicate-key",
  "duplicate-resource",
  "conflicting-setting",
  "reserved-name",
  "unknown-manager",
  "selector-overlap",
  "literal-secret",
  "insecure-setting",
  "nothing-matched",
  "not-importable",
  "plan-unreadable",
  "needs-approval",
  "usage",
  "simulator-world",
]);

function errorCodes(findings: readonly Diagnostic[]): readonly DiagnosticCode[] {
  return findings.filter(({ severity }) => severity === "error").map(({ code }) => code);
}

function allDenied(codes: readonly DiagnosticCode[]): boolean {
  return codes.length > 0 && codes.every((code) => code === "manager-denied");
}

/** A fleet in which one manager of many denies us is partly unknown; one in which all do is denied. */
function nothingIsKnown({ changes, summary }: Plan): boolean {
  return changes.length + summary.unchanged + summary.not_compared === 0;
}
