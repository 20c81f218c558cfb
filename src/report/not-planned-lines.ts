import type { Due, Kept, KeptReason, Uncompared, UncomparedReason, Unplanned } from "../model/plan";
import { visible, visibleName } from "../model/visible";
import type { Paint } from "./paint";
import { keptReasons, uncomparedReasons } from "./reasons";
import { remedyFor } from "./remedies";
import { countOf, grouped, moreLikeThese } from "./wording";

/** Places shown for one reason. */
const SHOWN = 10;

/** Resources that existed before and belong to others: they are the same in every run. */
const unmanaged: Partial<Readonly<Record<KeptReason, string>>> = {
  "not-ours": "not ours",
  reserved: "of the managers and agents themselves",
};

/** Kept resources that are or were owned: each is relevant for the desired state. */
export function managedOf(kept: readonly Kept[]): readonly Kept[] {
  return kept.filter(({ reason }) => unmanaged[reason] === undefined);
}

/** One line for all others; none if there are none. */
export function unmanagedLines(kept: readonly Kept[], paint: Paint): string[] {
  const counts = Object.entries(unmanaged).flatMap(([reason, words]) => {
    const count = kept.reduce((sum, entry) => sum + (entry.reason === reason ? entry.count : 0), 0);
    return count === 0 ? [] : [`${grouped(count)} ${words}`];
  });
  if (counts.length === 0) return [];
  return [paint("quiet", `Not managed, and left alone: ${counts.join(", ")} (--show-unmanaged lists them)`)];
}

/** Undeclared resources that are not pruned, grouped by reason, with the reason in words. */
export function keptLines(kept: readonly Kept[], paint: Paint): string[] {
  return [...groupBy(kept, (entry) => entry.reason)].flatMap(([reason, entries]) => {
    const title = `  ${keptReasons[reason as KeptReason]}`;
    if (reason === "reserved") return [`${title}: ${paint("quiet", countsOf(entries))}`];
    return [title, ...placeLines(entries, paint, "    ")];
  });
}

type Place = Pick<Kept, "address" | "names" | "count" | "until"> & { readonly reason?: string };

/** Places with their names; places with the same names share one line. */
export function placeLines(places: readonly Place[], paint: Paint, indent: string): string[] {
  const alike = [...groupBy(places, namesOf).values()];
  const lines = alike.slice(0, SHOWN).map(([first, ...others]) => {
    if (!first) return "";
    const place = others.length > 0 ? ` and ${grouped(others.length)} more` : "";
    return `${indent}${visibleName(first.address)}${place}  ${paint("quiet", namesOf(first))}`;
  });
  const rest = alike.slice(SHOWN).flat();
  if (rest.length === 0) return lines;
  const names = rest.reduce((sum, entry) => sum + entry.count, 0);
  const more = `${moreLikeThese(rest.length, "more places")}: ${countOf(names, "name")}`;
  return [...lines, `${indent}${paint("quiet", more)}`];
}

/** Counts without names, which are the same on every agent. */
function countsOf(entries: readonly Kept[]): string {
  return entries.map(({ address, count }) => `${visibleName(address)} ${grouped(count)}`).join(", ");
}

function namesOf({ names, count, reason, until }: Place): string {
  const shown = names.map(visible).join(", ");
  const all = count > names.length ? `${shown}, … and ${grouped(count - names.length)} more` : shown;
  if (reason !== "overlap") return all;
  return `${all} (${until === undefined ? "until its successor is delivered" : `until ${visible(until)}`})`;
}

/** Values that cannot be compared without reading them, grouped by reason. */
export function uncomparedLines(uncompared: readonly Uncompared[], paint: Paint): string[] {
  return [...groupBy(uncompared, ({ reason }) => reason)].flatMap(([reason, entries]) => [
    `  ${uncomparedReasons[reason as UncomparedReason]}`,
    ...placeLines(entries, paint, "    "),
  ]);
}

/** Secrets that are old, or no longer where they were delivered, and stay; with the way to rotate them. */
export function dueLines(due: readonly Due[], paint: Paint): string[] {
  const lines = due.slice(0, SHOWN).map((entry) => {
    const why = entry.vanished
      ? paint("warning", `the delivered secret is no longer at ${entry.vanished.map(visible).join(" and ")}`)
      : paint("quiet", ageOf(entry));
    return `  ${visibleName(entry.address)}  ${why}${paint("quiet", `; ${dueRemedies[entry.by]}`)}`;
  });
  const rest = due.length - lines.length;
  return rest === 0 ? lines : [...lines, `  ${paint("quiet", moreLikeThese(rest))}`];
}

function ageOf({ since }: Due): string {
  return since === undefined ? "its age is not known to the state" : `since ${visible(since)}`;
}

const dueRemedies: Readonly<Record<Due["by"], string>> = {
  rotate: "apply --rotate ADDRESS, or policy.rotateDue: true",
  generation: "raise its generation",
};

/** What could not be planned: each cause once, with its remedy. */
export function unplannedLines(unplanned: readonly Unplanned[], paint: Paint): string[] {
  const causes = [...groupBy(unplanned, ({ code, detail }) => `${code} ${detail}`).values()];
  const lines = causes.slice(0, SHOWN).flatMap(([first, ...others]) => {
    if (!first) return [];
    const place = others.length > 0 ? ` and ${grouped(others.length)} more` : "";
    return [
      `  ${paint("warning", "?")} ${visibleName(first.address)}${place}`,
      `    ${visible(first.detail)}${codeOf(first)}`,
      `    ${paint("remedy", `→ ${visible(first.remedy ?? remedyFor(first.code))}`)}`,
    ];
  });
  const rest = causes.slice(SHOWN).flat().length;
  return rest === 0 ? lines : [...lines, `  ${paint("warning", "?")} ${paint("quiet", moreLikeThese(rest))}`];
}

/** Only of a fault of the state, which stops a manager as a whole. */
function codeOf({ code }: Unplanned): string {
  return code.startsWith("state-") ? ` [${code}]` : "";
}

function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group === undefined) groups.set(keyOf(item), [item]);
    else group.push(item);
  }
  return groups;
}
