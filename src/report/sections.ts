import type { Diagnostic } from "../model/diagnostic";
import { ExitCode } from "../model/exit-code";
import type { Outcome } from "../model/outcome";
import type { Plan } from "../model/plan";
import { deferredLines, unlistedSelectorLines } from "./deferred-lines";
import { diagnosticsText } from "./diagnostic-text";
import { dueLines, keptLines, uncomparedLines, unplannedLines } from "./not-planned-lines";
import { outcomeSections, outcomeSummary } from "./outcome-text";
import type { OutputDocument } from "./output-document";
import { plain } from "./paint";
import { type PlanWording, planSummary } from "./plan-summary";
import { rebuildText, rehearsalText } from "./rebuild-text";
import { requestLines } from "./request-lines";
import { selectorLines } from "./selector-lines";
import { grouped } from "./wording";

/** A part of a report that can be folded. */
export interface Section {
  /** The title, in this tool's own words. */
  readonly title: string;
  readonly lines: readonly string[];
  /** Unfolded from the start. */
  readonly open?: boolean;
}

/** The words of the command that made a document. */
export function wordingOf({ command, plan, rehearsal }: OutputDocument): PlanWording {
  if (command === "rebuild") return rehearsal ? "rehearsal" : "rebuild";
  if (plan?.mode === "destroy") return "destroy";
  return command === "drift" ? "drift" : "plan";
}

/** The summary line. */
export function headline(document: OutputDocument): string {
  const { plan, command, exit_code } = document;
  const outcome = wholeOutcome(document);
  if (outcome && outcome.changes.length > 0) return outcomeSummary(outcome);
  if (plan) return planSummary(plan, wordingOf(document));
  return `${`jp1im ${command}`.trim()}: ${endings[exit_code] ?? "done"}`;
}

/** How a run ended, if its headline does not say it. */
export const endings: Readonly<Partial<Record<ExitCode, string>>> = {
  [ExitCode.failure]: "failed",
  [ExitCode.partial]: "partly applied, or partly unknown",
  [ExitCode.policy]: "refused by policy",
  [ExitCode.stale]: "the saved plan is stale",
  [ExitCode.locked]: "another run holds the state's lock",
  [ExitCode.denied]: "not authenticated, or not permitted",
  [ExitCode.usage]: "wrong usage, or invalid input",
  [ExitCode.cancelled]: "cancelled",
};

/** The sections before the changes: errors, the result of a rebuild, and the outcome of a plan. */
export function leadingSections(document: OutputDocument): Section[] {
  const outcome = wholeOutcome(document);
  return [
    ...diagnosticsSection("Errors", document.diagnostics, "error"),
    ...rebuildSection(document),
    ...(outcome ? outcomeParts(outcome) : []),
  ];
}

/** Sections about what waits, is unknown, or needs a decision. */
export function openSections(plan: Plan): Section[] {
  const { unknown, blocked, summary } = plan;
  return [
    ...section(`Deferred (${grouped(summary.deferred)})`, deferredLines(plan, plain)),
    ...section(`Unknown, and so left alone (${grouped(unknown.length)})`, unplannedLines(unknown, plain)),
    ...section(`Blocked until someone decides (${grouped(blocked.length)})`, unplannedLines(blocked, plain)),
  ];
}

/** Sections about what a plan observed, keeps and sends. */
export function restSections(plan: Plan): Section[] {
  const { kept, operations, summary, uncompared, selectors = [] } = plan;
  return [
    ...section(`Agents that selectors match (${grouped(selectors.length)})`, selectorLines(plan, plain)),
    ...section("Selectors that are not compared", unlistedSelectorLines(plan)),
    ...section(`Not compared (${grouped(summary.not_compared)})`, uncomparedLines(uncompared, plain)),
    ...section(`Due for rotation (${grouped(summary.due)})`, dueLines(plan.due, plain)),
    ...section(`Not pruned (${grouped(summary.kept)})`, keptLines(kept, plain)),
    ...section(`Requests (${grouped(operations.length)})`, requestLines(operations, plain)),
  ];
}

export function warningsSection({ diagnostics }: OutputDocument): Section[] {
  return diagnosticsSection("Warnings", diagnostics, "warning");
}

export function section(title: string, lines: readonly string[], open = false): Section[] {
  const trimmed = lines.at(-1) === "" ? lines.slice(0, -1) : lines;
  return trimmed.length === 0 ? [] : [{ title, lines: trimmed, open }];
}

/** The outcome with its plan and diagnostics, which the document has only at the top level. */
function wholeOutcome({ plan, diagnostics, outcome }: OutputDocument): Outcome | undefined {
  return plan && outcome && { ...outcome, plan, diagnostics };
}

function diagnosticsSection(
  title: string,
  all: readonly Diagnostic[],
  severity: Diagnostic["severity"],
): Section[] {
  const ofSeverity = all.filter((diagnostic) => diagnostic.severity === severity);
  const lines = ofSeverity.length > 0 ? diagnosticsText(ofSeverity).trimEnd().split("\n") : [];
  return section(`${title} (${grouped(ofSeverity.length)})`, lines, severity === "error");
}

/** The result of a rebuild or its rehearsal, and what a person must do. */
function rebuildSection({ rebuild, rehearsal, plan }: OutputDocument): Section[] {
  const text = rebuild ? rebuildText(rebuild) : rehearsal && rehearsalText(rehearsal, plan !== undefined);
  return text === undefined ? [] : section("How it went", text.trimEnd().split("\n"), true);
}

function outcomeParts(outcome: Outcome): Section[] {
  return outcomeSections(outcome).flatMap(({ title, count, lines, tone }) =>
    section(`${title} (${grouped(count)})`, lines, tone === "error"),
  );
}
