import { managerOf } from "../model/address";
import type { Plan } from "../model/plan";

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
export type Column = (typeof COLUMNS)[number];
export type Counts = Readonly<Record<Column, number>>;

/** Managers with a row of their own. */
const ROWS = 50;

export interface CountedPlan {
  /** The columns with any counts. */
  readonly columns: readonly Column[];
  /** A row for each manager, by name. */
  readonly rows: readonly (readonly [manager: string, counts: Counts])[];
  /** The sum of the managers without a row of their own. */
  readonly others?: { readonly managers: number; readonly counts: Counts } | undefined;
  readonly total: Counts;
}

/** The number of changes on each manager; no rows if there are none. */
export function countPlan(plan: Plan): CountedPlan {
  const rows = [...countsOf(plan)].sort(([a], [b]) => (a < b ? -1 : 1));
  const total = sum(rows.map(([, counts]) => counts));
  const hidden = rows.slice(ROWS).map(([, counts]) => counts);
  return {
    columns: COLUMNS.filter((column) => total[column] > 0),
    rows: rows.slice(0, ROWS),
    others: hidden.length > 0 ? { managers: hidden.length, counts: sum(hidden) } : undefined,
    total,
  };
}

function countsOf({ changes, deferred, unknown, blocked, operations }: Plan): Map<string, Counts> {
  const rows = new Map<string, Record<Column, number>>();
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

function none(): Record<Column, number> {
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
