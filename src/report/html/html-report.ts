import { createHash } from "node:crypto";
import type { Plan } from "../../model/plan";
import { visibleName } from "../../model/visible";
import { type Counts, countPlan } from "../counts";
import type { OutputDocument } from "../output-document";
import { scopeNotes } from "../plan-text";
import {
  endings,
  headline,
  leadingSections,
  restSections,
  type Section,
  warningsSection,
  wordingOf,
} from "../sections";
import { grouped } from "../wording";
import { changesPart } from "./changes-part";
import { embeddedJson, html, type Markup, trusted } from "./markup";
import { packRows } from "./page-data";
import { reportRows } from "./rows";
import { type ReportFacts, runFacts } from "./run-facts";
import { topologyDrawing } from "./topology-drawing";

/** What the build makes from `report.css` and the folder `client`. */
export interface PageParts {
  readonly style: string;
  readonly script: string;
}

/**
 * The document of a plan, a drift, an apply, a destroy or a rebuild as one page that needs nothing else: no request,
 * and no script for the summary and the first changes. The same document and facts give the same bytes. `complete`
 * gives a line's suggested commands the options of the run.
 */
export function htmlReport(
  document: OutputDocument,
  { style, script }: PageParts,
  facts: ReportFacts = {},
  complete: (line: string) => string = (line) => line,
): string {
  const { plan } = document;
  const rows = reportRows(document).map((row) => ({
    ...row,
    details: row.details.map(([label, value]) => [label, complete(value)] as const),
  }));
  const sections = (each: readonly Section[]) => each.map((section) => sectionPart(section, complete));
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policyFor(style, script)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>${`${commandOf(document)}: ${headline(document)}`}</title>
<style>${trusted(style)}</style>
</head>
<body>
${rows.length > 0 ? html`<a class="skip" href="#changes">Skip to the changes</a>` : ""}
<header>
<p class="command">${commandOf(document)}</p>
<h1>${headline(document)}</h1>
${endingPart(document)}
${plan ? notesPart(plan, document) : ""}
${runFacts(document, facts)}
</header>
<main>
${sections(leadingSections(document))}
${plan ? countsPart(plan) : ""}
${facts.topology && facts.topology.managers.length > 0 ? topologyPart(facts.topology) : ""}
${rows.length > 0 ? changesPart(rows) : ""}
${sections([...(plan ? restSections(plan) : []), ...warningsSection(document)])}
</main>
<script type="application/json" id="data">${embeddedJson(packRows(rows))}</script>
<script>${trusted(script)}</script>
</body>
</html>
`;
  return page.text;
}

/**
 * The content security policy: only the style and the script of this page, named by their hashes, may be loaded or
 * run; nothing may be sent, and the script must not turn text into markup.
 */
function policyFor(style: string, script: string): string {
  return [
    "default-src 'none'",
    `script-src '${hashOf(script)}'`,
    `style-src '${hashOf(style)}'`,
    "base-uri 'none'",
    "form-action 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join("; ");
}

function hashOf(text: string): string {
  return `sha256-${createHash("sha256").update(text).digest("base64")}`;
}

function commandOf({ command }: OutputDocument): string {
  return `jp1im ${command}`.trim();
}

/** How the run ended, if the headline does not say it. */
function endingPart({ exit_code, plan }: OutputDocument): Markup {
  const words = endings[exit_code];
  return words === undefined || !plan ? html`` : html`<p class="ending">This run: ${words}</p>`;
}

function notesPart(plan: Plan, document: OutputDocument): Markup {
  return html`${scopeNotes(plan, wordingOf(document)).map((note) => html`<p class="note">Note: ${note}</p>`)}`;
}

function topologyPart(topology: NonNullable<ReportFacts["topology"]>): Markup {
  return html`<section aria-labelledby="topology">
<h2 id="topology">Topology</h2>
<div class="scroll" role="group" aria-labelledby="topology" tabindex="0">${topologyDrawing(topology)}</div>
<p class="legend">${LEGEND}</p>
</section>`;
}

const LEGEND =
  "Counts of changes: + create, ~ update, -/+ replace, - delete, \u2026 deferred, ? unknown or blocked. Of many, those that change are drawn first.";

function sectionPart({ title, lines, open }: Section, complete: (line: string) => string): Markup {
  const text = lines.map(complete).join("\n");
  return html`<details class="section"${open ? html` open` : ""}><summary><h2>${title}</h2></summary><pre tabindex="0">${text}</pre></details>`;
}

/** The number of changes on each manager. */
function countsPart(plan: Plan): Markup {
  const { columns, rows, others, total } = countPlan(plan);
  if (rows.length === 0) return html``;
  const row = (name: Markup, counts: Counts) =>
    html`<tr><th scope="row">${name}</th>${columns.map((column) => html`<td>${counts[column] > 0 ? grouped(counts[column]) : ""}</td>`)}</tr>
`;
  return html`<section aria-labelledby="managers">
<h2 id="managers">Managers</h2>
<div class="scroll" role="group" aria-labelledby="managers" tabindex="0"><table>
<thead><tr><th scope="col">manager</th>${columns.map((column) => html`<th scope="col">${column}</th>`)}</tr></thead>
<tbody>
${rows.map(([name, counts]) => row(html`<bdi>${visibleName(name)}</bdi>`, counts))}${others ? row(html`and ${grouped(others.managers)} more`, others.counts) : ""}</tbody>
${rows.length > 1 ? html`<tfoot>${row(html`all`, total)}</tfoot>` : ""}</table></div>
</section>`;
}
