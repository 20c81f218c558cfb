import type { ReportRow } from "../page-data";

/** The search and filters of a reader; an empty text is no condition. */
export interface Wanted {
  readonly search: string;
  readonly manager: string;
  readonly kind: string;
  readonly action: string;
  readonly result: string;
}

export const everything: Wanted = { search: "", manager: "", kind: "", action: "", result: "" };

/** A row and its searchable text, in lower case. */
export interface SearchedRow {
  readonly row: ReportRow;
  readonly text: string;
}

export function searchable(row: ReportRow): SearchedRow {
  const { address, reason, details } = row;
  return { row, text: [address, reason, ...details.flat()].join("\n").toLowerCase() };
}

/** The rows that contain every word of the search, in their order. */
export function filterRows(rows: readonly SearchedRow[], wanted: Wanted): ReportRow[] {
  const words = wanted.search.toLowerCase().split(/\s+/).filter(Boolean);
  const matching: ReportRow[] = [];
  for (const { row, text } of rows) {
    if (!fields.every((field) => wanted[field] === "" || row[field] === wanted[field])) continue;
    if (words.every((word) => text.includes(word))) matching.push(row);
  }
  return matching;
}

const fields = ["manager", "kind", "action", "result"] as const;
