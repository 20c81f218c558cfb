/** What the report's page and its script share. Nothing in it needs a browser. */
import type { ChangeStatus } from "../../model/outcome";

/** One line of the list of changes. Every text is safe to print, and not escaped for HTML. */
export interface ReportRow {
  readonly address: string;
  readonly manager: string;
  readonly kind: string;
  readonly action: RowAction;
  readonly reason: string;
  /** The result for a plan that was applied; empty otherwise. */
  readonly result: RowResult;
  /** Shown once the line is expanded. */
  readonly details: readonly RowDetail[];
}

export type RowDetail = readonly [label: string, value: string];

export const rowActions = [
  "create",
  "update",
  "replace",
  "delete",
  "forget",
  "adopt",
  "deferred",
  "unknown",
  "blocked",
] as const;
export type RowAction = (typeof rowActions)[number];

export type RowResult = "" | ChangeStatus;

/**
 * The sign before a line, as in a plan's text; repeated here, because a browser's code imports nothing of Node. A
 * test compares them.
 */
export const rowSigns: Readonly<Record<RowAction, string>> = {
  create: "+",
  update: "~",
  replace: "-/+",
  delete: "-",
  forget: ".",
  adopt: "=",
  deferred: "…",
  unknown: "?",
  blocked: "?",
};

export const resultWords: Readonly<Record<RowResult, string>> = {
  "": "",
  applied: "applied",
  failed: "failed",
  skipped: "not tried",
};

/** Rows as indexes into a list of texts, because many rows share most texts. */
export interface PackedRows {
  readonly texts: readonly string[];
  /** Address, manager, kind, action, reason, result; then label and value of each detail. */
  readonly rows: readonly (readonly number[])[];
}

export function packRows(rows: readonly ReportRow[]): PackedRows {
  const texts: string[] = [];
  const known = new Map<string, number>();
  const numberOf = (text: string): number => {
    const number = known.get(text);
    if (number !== undefined) return number;
    known.set(text, texts.length);
    return texts.push(text) - 1;
  };
  const packed = rows.map(({ address, manager, kind, action, reason, result, details }) =>
    [address, manager, kind, action, reason, result, ...details.flat()].map(numberOf),
  );
  return { texts, rows: packed };
}

export function unpackRows({ texts, rows }: PackedRows): ReportRow[] {
  return rows.map((row) => {
    const [address = "", manager = "", kind = "", action, reason = "", result, ...rest] = row.map(
      (number) => texts[number] ?? "",
    );
    return {
      ...{ address, manager, kind, reason },
      action: action as RowAction,
      result: result as RowResult,
      details: pairs(rest),
    };
  });
}

function pairs(texts: readonly string[]): RowDetail[] {
  const labels = texts.filter((_text, index) => index % 2 === 0);
  return labels.map((label, index) => [label, texts[2 * index + 1] ?? ""]);
}
