import { managerOf } from "../../model/address";
import type { Plan } from "../../model/plan";
import { grouped } from "../wording";
import { codeSpan } from "./code-span";

const COLUMNS = [
  "create",
  "update",
  "replace",
  "delete",
  "forget",
  "deferred",
  "adopt",
  "unknown",
  "blocked",
  "requests",
] as const;
type Column = (typeof COLUMNS)[number];
type Counts = Record<Column, number>;

/** Managers with a row of their own. */
const ROWS = 50;

/** One row for each manager with its counts, and one for all of them; no lines where there is nothing to count. */
export function countsTable(plan: Plan): string[] {
  const rows = countsOf(plan);
  if (rows.size === 0) return [];
  const total = sum([...rows.values()]);
  const columns = COLUMNS.filter((column) => total[column] > 0);
  const row = (name: string, counts: Counts) =>
    `| ${[name, ...columns.map((column) => (counts[column] > 0 ? grouped(counts[column]) : ""))].join(" | ")} |`;
  const sorted = [...rows].sort(([a], [b]) => (a < b ? -1 : 1));
  const hidden = sorted.slice(ROWS).map(([, counts]) => counts);
  return [
    `| manager | ${columns.join(" | ")} |`,
    `| --- |${" ---: |".repeat(columns.length)}`,
    ...sorted.slice(0, ROWS).map(([name, counts]) => row(codeSpan(name), counts)),
    ...(hidden.length > 0 ? [row(`… and ${grouped(hidden.length)} more`, sum(hidden))] : []),
    ...(rows.size > 1 ? [row("**all**", total)] : []),
  ];
}

function countsOf({ changes, deferred, unknown, blocked, operations }: Plan): Map<string, Counts> {
  const rows = new Map<string, Counts>();
  const add = (manager: string, column: Column) => {
    const counts = rows.get(manager) ?? none();
    counts[column]++;
    rows.set(manager, counts);
  };
  for (const { address, action } of changes) add(managerOf(address), action === "no-op" ? "adopt" : action);
  for (const { address } of deferred) add(managerOf(address), "deferred");
  for (const { address } of unknown) add(managerOf(address), "unknown");
  for (const { address } of blocked) add(managerOf(address), "blocked");
  for (const { manager } of operations) add(manager, "requests");
  return rows;
}

function sum(rows: readonly Counts[]): Counts {
  const total = none();
  for (const counts of rows) for (const column of COLUMNS) total[column] += counts[column];
  return total;
}

function none(): Counts {
  return {
    create: 0,
    update: 0,
    replace: 0,
    delete: 0,
    forget: 0,
    deferred: 0,
    adopt: 0,
    unknown: 0,
    blocked: 0,
    requests: 0,
  };
}
