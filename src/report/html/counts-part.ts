import type { Plan } from "../../model/plan";
import { visibleName } from "../../model/visible";
import { type Counts, countPlan } from "../counts";
import { grouped } from "../wording";
import { html, type Markup } from "./markup";

/** How much changes on each manager. */
export function countsPart(plan: Plan): Markup {
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
