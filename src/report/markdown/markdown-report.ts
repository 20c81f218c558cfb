import type { Diagnostic } from "../../model/diagnostic";
import { ExitCode } from "../../model/exit-code";
import type { Outcome } from "../../model/outcome";
import type { Plan } from "../../model/plan";
import { changeLines } from "../change-lines";
import { deferredLines, unlistedSelectorLines } from "../deferred-lines";
import { diagnosticsText } from "../diagnostic-text";
import { dueLines, keptLines, unplannedLines } from "../left-alone-lines";
import { outcomeSections, outcomeSummary } from "../outcome-text";
import type { OutputDocument } from "../output-document";
import { type Paint, plain } from "../paint";
import { type PlanWording, planSummary } from "../plan-summary";
import { legendLine, scopeNotes } from "../plan-text";
import { rebuildText, rehearsalText } from "../rebuild-text";
import { requestLines } from "../request-lines";
import { selectorLines } from "../selector-lines";
import { grouped } from "../wording";
import { codeSpan } from "./code-span";
import { countsTable } from "./counts-table";
import { type Fold, foldText } from "./fold";

/** A comment of GitHub holds 65,536 characters; the rest is left to whoever posts it, for a line of their own. */
export const MOST_CHARACTERS = 64_000;

/** What each fold gets before any of them gets what the others leave. */
const FAIR_SHARE = 5_000;

/**
 * The document of a plan, a drift, an apply, a destroy or a rebuild as Markdown for a comment: a summary line and a
 * table, then the details, folded. Names stand in code only, so that none is markup, pings anybody or links anywhere.
 * `complete` gives a line's suggested commands the options of the run.
 */
export function markdownReport(
  document: OutputDocument,
  complete: (line: string) => string = (line) => line,
): string {
  const { plan, diagnostics } = document;
  const outcome = plan && document.outcome && { ...document.outcome, plan, diagnostics };
  const wording = wordingOf(document);
  const head = [
    `### ${headline(document, wording, outcome)}`,
    ...statusLine(document),
    ...(plan ? scopeNotes(plan, wording).map((note) => `**Note:** ${codeSpan(note)}`) : []),
    ...(plan ? [countsTable(plan).join("\n")] : []),
  ];
  const top = `${head.filter((part) => part !== "").join("\n\n")}\n`;
  const folds = [
    ...diagnosticsFold("Errors", diagnostics, "error"),
    ...rebuildFolds(document),
    ...(outcome ? outcomeFolds(outcome) : []),
    ...(plan ? planFolds(plan, wording) : []),
    ...diagnosticsFold("Warnings", diagnostics, "warning"),
  ];
  const completed = folds.map((each) => ({ ...each, lines: each.lines.map(complete) }));
  return [top, ...fitted(completed, MOST_CHARACTERS - top.length)].join("\n");
}

function wordingOf({ command, plan, rehearsal }: OutputDocument): PlanWording {
  if (command === "rebuild") return rehearsal ? "rehearsal" : "rebuild";
  if (plan?.mode === "destroy") return "destroy";
  return command === "drift" ? "drift" : "plan";
}

function headline(document: OutputDocument, wording: PlanWording, outcome: Outcome | undefined): string {
  if (outcome && outcome.changes.length > 0) return outcomeSummary(outcome);
  const { plan, command, exit_code } = document;
  return plan ? planSummary(plan, wording) : `${`jp1im ${command}`.trim()}: ${endings[exit_code] ?? "done"}`;
}

/** How the run ended, where that is more than the headline says. */
function statusLine({ exit_code, plan }: OutputDocument): string[] {
  const words = endings[exit_code];
  return words === undefined || !plan ? [] : [`**This run: ${words}** (exit code ${exit_code})`];
}

const endings: Readonly<Partial<Record<ExitCode, string>>> = {
  [ExitCode.failure]: "failed",
  [ExitCode.partial]: "partly applied, or partly unknown",
  [ExitCode.policy]: "refused by policy",
  [ExitCode.stale]: "the saved plan is stale",
  [ExitCode.locked]: "another run holds the state's lock",
  [ExitCode.denied]: "not authenticated, or not permitted",
  [ExitCode.usage]: "wrong usage, or invalid input",
  [ExitCode.cancelled]: "cancelled",
};

function diagnosticsFold(
  title: string,
  all: readonly Diagnostic[],
  severity: Diagnostic["severity"],
): Fold[] {
  const found = all.filter((diagnostic) => diagnostic.severity === severity);
  const lines = diagnosticsText(found).trimEnd().split("\n");
  return fold(`${title} (${grouped(found.length)})`, found.length > 0 ? lines : [], {
    open: severity === "error",
  });
}

/** What a rebuild or its rehearsal came to, and what is left for a person. */
function rebuildFolds({ rebuild, rehearsal, plan }: OutputDocument): Fold[] {
  const text = rebuild ? rebuildText(rebuild) : rehearsal && rehearsalText(rehearsal, plan !== undefined);
  return text === undefined ? [] : fold("How it went", text.trimEnd().split("\n"), { open: true });
}

function outcomeFolds(outcome: Outcome): Fold[] {
  return outcomeSections(outcome).flatMap(({ title, count, lines, tone }) =>
    fold(`${title} (${grouped(count)})`, lines, { open: tone === "error" }),
  );
}

function planFolds(plan: Plan, wording: PlanWording): Fold[] {
  const { changes, kept, unknown, blocked, operations, summary } = plan;
  const colours = { language: "diff" } as const;
  const changed = changeLines(changes, plan.mode, diffPaint).map(diffLine);
  const legend = legendLine(plan, wording, plain);
  return [
    ...fold(
      `Changes (${grouped(changes.length)})`,
      changes.length > 0 ? [` ${legend}`, "", ...changed] : [],
      colours,
    ),
    ...fold(`Deferred (${grouped(summary.deferred)})`, deferredLines(plan, plain)),
    ...fold(
      `Agents that selectors match (${grouped(plan.selectors?.length ?? 0)})`,
      selectorLines(plan, plain),
    ),
    ...fold("Selectors that are not compared", unlistedSelectorLines(plan)),
    ...fold(`Unknown, and so left alone (${grouped(unknown.length)})`, unplannedLines(unknown, plain)),
    ...fold(`Blocked until someone decides (${grouped(blocked.length)})`, unplannedLines(blocked, plain)),
    ...fold(`Due for rotation (${grouped(summary.due)})`, dueLines(plan.due, plain)),
    ...fold(`Not pruned (${grouped(summary.kept)})`, keptLines(kept, plain)),
    ...fold(`Requests (${grouped(operations.length)})`, requestLines(operations, plain)),
  ];
}

function fold(title: string, lines: readonly string[], more: Omit<Fold, "title" | "lines"> = {}): Fold[] {
  const trimmed = lines.at(-1) === "" ? lines.slice(0, -1) : lines;
  return trimmed.length === 0 ? [] : [{ title, lines: trimmed, ...more }];
}

/** Every fold gets its fair share; what some do not need goes to the first ones that do. */
function fitted(folds: readonly Fold[], room: number): string[] {
  const fair = Math.min(FAIR_SHARE, Math.floor(room / Math.max(1, folds.length)));
  const wanted = folds.map((each) => foldText(each, Number.POSITIVE_INFINITY).length + 1);
  const shares = wanted.map((length) => Math.min(length, fair));
  let spare = room - shares.reduce((sum, share) => sum + share, 0);
  return folds.map((each, index) => {
    const share = shares[index] ?? 0;
    const extra = Math.max(0, Math.min((wanted[index] ?? 0) - share, spare));
    spare -= extra;
    return foldText(each, share + extra - 1);
  });
}

/** No name holds it: control characters are made visible. */
const MARK = "\u0001";

/** Marks the sign of a change, so that `diffLine` finds it. */
const diffPaint: Paint = (tone, text) =>
  /^ *(\+|~|-|-\/\+)$/.test(text) && ["create", "update", "replace", "delete"].includes(tone)
    ? `${MARK}${text}`
    : text;

/** A line of a text report as one of a `diff` block, where the sign has to come first. */
function diffLine(line: string): string {
  const at = line.indexOf(MARK);
  if (at < 0) return line.startsWith(" ") || line === "" ? line : ` ${line}`;
  const [, sign = "", rest = ""] = /^ *(\S+)(.*)$/s.exec(line.slice(at + 1)) ?? [];
  return `${sign.padEnd(at + 3)}${rest}`;
}
