import type { AuditAddition, AuditedRun, AuditReport } from "../model/audit";
import { visible, visibleName } from "../model/visible";
import { inColumns } from "./columns";
import { type Paint, plain } from "./paint";
import { countOf } from "./wording";

/** The result of a check of an audit trail: a line for each run, then open points, then the verdict. */
export function auditText(report: AuditReport, paint: Paint = plain): string {
  const { file, lines, runs, notes, intact, faults, last } = report;
  const verdict = intact
    ? paint("good", "The chain is unbroken.")
    : paint("error", `The chain is broken: ${countOf(faults.length, "fault")}.`);
  const known = notes.map(({ line, detail }) =>
    paint("quiet", visible(line === undefined ? detail : `line ${line} ${detail}`)),
  );
  return [
    ...(runs.length === 0 ? [] : [...tableOf(runs), ""]),
    ...(known.length === 0 ? [] : [...known, ""]),
    `${visible(file)}: ${countOf(lines, "line")} of ${countOf(runs.length, "run")}. ${verdict}`,
    ...(last === undefined ? [] : [`last line: ${last}`, paint("quiet", LAST_IS_OPEN)]),
    "",
  ].join("\n");
}

/** No later line confirms the digest of the last one. */
const LAST_IS_OPEN =
  "The file alone does not show whether its last line was changed: give --expect the digest that was kept.";

/** The line about the trail at the end of a run. */
export function additionText({ trail, lines, last }: AuditAddition): string {
  return `Audit trail: ${countOf(lines, "line")} in ${visible(trail)}, the last is ${last}\n`;
}

const HEADINGS = ["STARTED", "RUN", "COMMAND", "BY", "APPROVED BY", "PLAN", "WRITES", "OUTCOME"] as const;
/** Characters of a plan's digest that are shown, enough to distinguish plans. */
const SHOWN_DIGEST = 12;

function tableOf(runs: readonly AuditedRun[]): readonly string[] {
  const rows = [HEADINGS, ...runs.map(cellsOf)];
  return inColumns(rows);
}

function cellsOf(run: AuditedRun): readonly string[] {
  const { started, run: id, command, who, plan, approval, writes, unknown, outcome } = run;
  const by = who.ci?.actor ?? `${who.user}@${who.host}`;
  const system = who.ci ? ` (${who.ci.system})` : "";
  return [
    `${started.slice(0, 19)}Z`,
    id,
    command,
    `${by}${system}`,
    who.approved_by ?? (approval === undefined ? "-" : `- (${approval})`),
    plan?.replace("sha256:", "").slice(0, SHOWN_DIGEST) ?? "-",
    unknown > 0 ? `${writes} (${unknown} unknown)` : `${writes}`,
    outcome ?? "no end",
  ].map(visibleName);
}
