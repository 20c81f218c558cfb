import type { Unplanned } from "../model/plan";
import { visible } from "../model/visible";
import { unplannedLines } from "./not-planned-lines";
import { type Paint, plain } from "./paint";
import { countOf, grouped } from "./wording";

/** What `export` came to. */
export interface ExportReport {
  readonly manager: string;
  readonly counts: {
    readonly clients: number;
    readonly lower_managers: number;
    readonly agents: number;
    readonly secrets: number;
  };
  /** What is not in it on purpose, in sentences. */
  readonly left_out: readonly string[];
  /** What could not be read. */
  readonly unknown: readonly Unplanned[];
  /** The files written; or else the documents themselves. */
  readonly files?: readonly string[];
  readonly documents?: readonly { readonly name: string; readonly text: string }[];
}

const SHOWN = 20;

/** Where an export is and what is in it; for one that went to files. */
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

/** What an export lacks, for those who look at it. */
export function missingText(unknown: readonly Unplanned[], paint: Paint = plain): string {
  if (unknown.length === 0) return "";
  return `${["Could not be read, and is MISSING in the export:", ...unplannedLines(unknown, paint)].join("\n")}\n\n`;
}
