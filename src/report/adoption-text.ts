import type { AdoptedPlace, Imported } from "../model/adoption";
import { placeLines, unplannedLines } from "./not-planned-lines";
import { type Paint, plain } from "./paint";
import { countOf, grouped } from "./wording";

export type AdoptionReport = Omit<Imported, "diagnostics">;

/** What the state owns now, what it does not own and why, and what happens to the values. */
export function adoptionText(report: AdoptionReport, paint: Paint = plain): string {
  const { imported, left, unknown, dry_run } = report;
  const already = left.filter(({ reason }) => reason === "already-ours");
  const absent = left.filter(({ reason }) => reason === "not-there");
  const sections = [
    section(dry_run ? "Would be imported:" : "Imported:", placesOf(imported, paint)),
    section("Ours already:", placesOf(already, paint)),
    section("Declared, and not there, so that an apply creates it:", placesOf(absent, paint)),
    section("Could not be read, so that it may be there:", unplannedLines(unknown, paint)),
  ];
  const summary = paint("strong", summaryOf(report, total(imported), total(already), total(absent)));
  return `${sections.join("")}${summary}\n`;
}

function summaryOf(report: AdoptionReport, imported: number, already: number, absent: number): string {
  const rest = [
    ...(already > 0 ? [`${grouped(already)} ours already`] : []),
    ...(absent > 0 ? [`${grouped(absent)} not there`] : []),
    ...(report.unknown.length > 0 ? [`${grouped(report.unknown.length)} unknown`] : []),
    ...(report.refused.length > 0 ? [`${grouped(report.refused.length)} refused`] : []),
  ];
  const others = rest.length > 0 ? `; ${rest.join(", ")}` : "";
  const verb = report.dry_run ? "to import" : "imported";
  return `${countOf(imported, "resource")} ${verb}${others}. The managers were only read${
    imported > 0 ? "; each value stays as it is until its source gives one" : ""
  }.`;
}

function section(title: string, lines: readonly string[]): string {
  return lines.length === 0 ? "" : `${[title, ...lines].join("\n")}\n\n`;
}

function placesOf(places: readonly AdoptedPlace[], paint: Paint): string[] {
  const entries = places.map(({ address, names }) => ({
    address,
    names: names.slice(0, 5),
    count: names.length,
  }));
  return placeLines(entries, paint, "  ");
}

function total(places: readonly AdoptedPlace[]): number {
  return places.reduce((sum, { names }) => sum + names.length, 0);
}
