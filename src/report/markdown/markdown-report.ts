import type { Plan } from "../../model/plan";
import { changeLines } from "../change-lines";
import { type Counts, countPlan } from "../counts";
import type { OutputDocument } from "../output-document";
import { type Paint, plain } from "../paint";
import type { PlanWording } from "../plan-summary";
import { legendLine, scopeNotes } from "../plan-text";
import {
  endings,
  headline,
  leadingSections,
  openSections,
  restSections,
  section,
  warningsSection,
  wordingOf,
} from "../sections";
import { grouped } from "../wording";
import { codeSpan } from "./code-span";
import { type Fold, foldText } from "./fold";

/** A comment on GitHub may have 65,536 characters; the rest is for lines that the poster adds. */
export const MOST_CHARACTERS = 64_000;

/** Room for each fold before unused room is distributed. */
const FAIR_SHARE = 5_000;

/**
 * The document of a plan, a drift, an apply, a destroy or a rebuild as Markdown for a comment: a summary line and a
 * table, then the details, folded. Names are only in code, so that none is markup, mentions anybody or links anywhere.
 * `complete` gives a line's suggested commands the options of the run.
 */
export function markdownReport(
  document: OutputDocument,
  complete: (line: string) => string = (line) => line,
): string {
  const { plan } = document;
  const wording = wordingOf(document);
  const head = [
    `### ${headline(document)}`,
    ...statusLine(document),
    ...(plan ? scopeNotes(plan, wording).map((note) => `**Note:** ${codeSpan(note)}`) : []),
    ...(plan ? [countsTable(plan).join("\n")] : []),
  ];
  const top = `${head.filter((part) => part !== "").join("\n\n")}\n`;
  const folds = [
    ...leadingSections(document),
    ...(plan ? [...changesFold(plan, wording), ...openSections(plan), ...restSections(plan)] : []),
    ...warningsSection(document),
  ];
  const completed = folds.map((each) => ({ ...each, lines: each.lines.map(complete) }));
  return [top, ...fitted(completed, MOST_CHARACTERS - top.length)].join("\n");
}

/** How the run ended, if the headline does not say it. */
function statusLine({ exit_code, plan }: OutputDocument): string[] {
  const words = endings[exit_code];
  return words === undefined || !plan ? [] : [`**This run: ${words}** (exit code ${exit_code})`];
}

function changesFold(plan: Plan, wording: PlanWording): Fold[] {
  const { changes, mode } = plan;
  if (changes.length === 0) return [];
  const lines = changeLines(changes, mode, diffPaint).map(diffLine);
  const legend = legendLine(plan, wording, plain);
  return section(`Changes (${grouped(changes.length)})`, [` ${legend}`, "", ...lines]).map((each) => ({
    ...each,
    language: "diff",
  }));
}

/** Gives every fold its fair share; unused room goes to the first ones that need more. */
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

/** Not part of any name, because control characters are escaped. */
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

/** One row for each manager with its counts, and one for all of them; no lines if there is nothing to count. */
function countsTable(plan: Plan): string[] {
  const { columns, rows, others, total } = countPlan(plan);
  if (rows.length === 0) return [];
  const row = (name: string, counts: Counts) =>
    `| ${[name, ...columns.map((column) => (counts[column] > 0 ? grouped(counts[column]) : ""))].join(" | ")} |`;
  return [
    `| manager | ${columns.join(" | ")} |`,
    `| --- |${" ---: |".repeat(columns.length)}`,
    ...rows.map(([name, counts]) => row(codeSpan(name), counts)),
    ...(others ? [row(`… and ${grouped(others.managers)} more`, others.counts)] : []),
    ...(rows.length > 1 ? [row("**all**", total)] : []),
  ];
}
