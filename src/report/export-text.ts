import type { ExportSummary } from "../model/export-summary";
import type { Unplanned } from "../model/plan";
import { visible } from "../model/visible";
import { unplannedLines } from "./not-planned-lines";
import { type Paint, plain } from "./paint";
import { countOf, grouped } from "./wording";

/** The result of `export`. */
export interface ExportReport extends ExportSummary {
  /** The written files; absent if the documents are printed. */
  readonly files?: readonly string[];
  readonly documents?: readonly { readonly name: string; readonly text: string }[];
}

const SHOWN = 20;

/** The place and the content of an export to files. */
export function exportedText({ counts, left_out, files = [] }: ExportReport): string {
  const shown = files.slice(0, SHOWN).map((file) => `  ${visible(file)}`);
  if (files.length > SHOWN) shown.push(`  … and ${grouped(files.length - SHOWN)} more`);
  const { clients, lower_managers, agents, secrets } = counts;
  const what = [
    countOf(clients, "client"),
    countOf(lower_managers, "lower manager"),
    `${countOf(secrets, "secret")} of ${countOf(agents, "agent")}`,
  ].join(", ");
  const lines = [`Wrote ${countOf(files.length, "file")}:`, ...shown, ...left_out.map(visible)];
  return `${lines.join("\n")}\nExported ${what}.\n`;
}

/** What an export lacks, for its readers. */
export function missingText(unknown: readonly Unplanned[], paint: Paint = plain): string {
  return `${["Could not be read, and is MISSING in the export:", ...unplannedLines(unknown, paint)].join("\n")}\n\n`;
}
