import type { Kept, KeptReason, Unplanned } from "../model/plan";
import type { Paint } from "./paint";
import { keptReasons } from "./reasons";
import { visible } from "./visible";
import { waysOut } from "./ways-out";
import { countOf, grouped, moreLikeThese } from "./wording";

/** Places shown for one reason. */
const SHOWN = 10;

/** What is not declared and yet not pruned: grouped by reason, with the reason in words. */
export function keptLines(kept: readonly Kept[], paint: Paint): string[] {
  const byReason = groupBy(kept, (entry) => entry.reason);
  return [...byReason].flatMap(([reason, entries]) => {
    const lines = [`  ${keptReasons[reason as KeptReason]}`];
    for (const entry of entries.slice(0, SHOWN)) {
      lines.push(
        `    ${visible(entry.address)}  ${paint("quiet", `${grouped(entry.count)}: ${namesOf(entry)}`)}`,
      );
    }
    if (entries.length > SHOWN) {
      const rest = entries.slice(SHOWN).reduce((sum, entry) => sum + entry.count, 0);
      const places = moreLikeThese(entries.length - SHOWN, "more places");
      lines.push(`    ${paint("quiet", `${places}: ${countOf(rest, "name")}`)}`);
    }
    return lines;
  });
}

function namesOf({ names, count }: Kept): string {
  const shown = names.map(visible).join(", ");
  return count > names.length ? `${shown}, … and ${grouped(count - names.length)} more` : shown;
}

/** What could not be planned: grouped by its code, each group with the way out. */
export function unplannedLines(unplanned: readonly Unplanned[], paint: Paint): string[] {
  const byCode = groupBy(unplanned, (entry) => entry.code);
  return [...byCode].flatMap(([, entries]) => {
    const lines = entries
      .slice(0, SHOWN)
      .map(
        ({ address, detail }) =>
          `  ${paint("warning", "?")} ${visible(address)}  ${paint("quiet", visible(detail))}`,
      );
    if (entries.length > SHOWN) {
      lines.push(`  ${paint("warning", "?")} ${paint("quiet", moreLikeThese(entries.length - SHOWN))}`);
    }
    const [first] = entries;
    if (first !== undefined) lines.push(`    ${paint("remedy", `→ ${waysOut(first.code)}`)}`);
    return lines;
  });
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
