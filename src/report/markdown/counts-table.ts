import type { Plan } from "../../model/plan";
import { type Counts, countPlan } from "../counts";
import { grouped } from "../wording";
import { codeSpan } from "./code-span";

/** One row for each manager with its counts, and one for all of them; no lines where there is nothing to count. */
export function countsTable(plan: Plan): string[] {
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
