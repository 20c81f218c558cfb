import { grouped } from "../wording";
import { html, type Markup } from "./markup";
import { type ReportRow, resultWords, rowActions, rowSigns } from "./page-data";

/** Changes that the page shows without its script. */
export const MOST_WITHOUT_SCRIPT = 500;

/** The list of changes. The script fills the same list from the page's data, one page at a time. */
export function changesPart(rows: readonly ReportRow[]): Markup {
  const shown = rows.slice(0, MOST_WITHOUT_SCRIPT);
  const isCut = rows.length > shown.length;
  return html`<section id="changes" aria-labelledby="changes-title" tabindex="-1">
<h2 id="changes-title">Changes (${grouped(rows.length)})</h2>
${controlsPart(rows)}
<p id="count" role="status">${isCut ? `The first ${grouped(shown.length)} of ${grouped(rows.length)} changes; with script, all of them.` : ""}</p>
<ol id="list"${rows.some(({ result }) => result !== "") ? html` class="results"` : ""}>
${shown.map(rowPart)}</ol>
<nav id="pager" aria-label="Pages of changes" hidden><button type="button" id="previous">Previous page</button> <span id="page"></span> <button type="button" id="next">Next page</button></nav>
<template id="row">${rowPart(EMPTY)}</template>
</section>`;
}

const EMPTY: ReportRow = {
  ...{ address: "", manager: "", kind: "", action: "create", reason: "", result: "", details: [] },
};

function controlsPart(rows: readonly ReportRow[]): Markup {
  const results = [...new Set(rows.map(({ result }) => result))].filter((result) => result !== "");
  return html`<div id="controls" class="controls" role="search" aria-label="Changes" hidden>
<label class="search">Search <kbd>/</kbd><input id="search" type="search" autocomplete="off" spellcheck="false"></label>
${selectPart("manager", "Manager", valuesOf(rows, "manager"))}
${selectPart("kind", "Kind", valuesOf(rows, "kind"))}
${selectPart(
  "action",
  "Action",
  rowActions.filter((action) => rows.some((row) => row.action === action)).map((action) => [action, action]),
)}
${
  results.length > 0
    ? selectPart(
        "result",
        "Result",
        results.sort().map((result) => [result, resultWords[result]]),
      )
    : ""
}
<button type="button" id="expand" aria-pressed="false">Expand all</button>
<button type="button" id="clear">Clear filters</button>
</div>`;
}

function valuesOf(rows: readonly ReportRow[], field: "manager" | "kind"): (readonly [string, string])[] {
  return [...new Set(rows.map((row) => row[field]))].sort().map((value) => [value, value]);
}

function selectPart(id: string, label: string, values: readonly (readonly [string, string])[]): Markup {
  const options = values.map(([value, words]) => html`<option value="${value}">${words}</option>`);
  return html`<label>${label}<select id="${id}"><option value="">all</option>${options}</select></label>`;
}

/** `client/row.ts` fills a copy of this. */
function rowPart({ address, action, reason, result, details }: ReportRow): Markup {
  return html`<li><details class="change ${action}"><summary><span class="action">${rowSigns[action]} ${action}</span> <bdi class="address">${address}</bdi> <span class="reason">${reason}</span> <span class="result ${result}">${resultWords[result]}</span></summary><dl>${details.map(
    ([label, value]) => html`<div><dt>${label}</dt><dd>${value}</dd></div>`,
  )}</dl></details></li>
`;
}
