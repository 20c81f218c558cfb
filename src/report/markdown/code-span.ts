import { visible } from "../../model/visible";

/** Characters of one name, at most: what is longer is cut, visibly. */
const SHOWN = 120;

/**
 * A name for a line or a table cell: in a code span nothing is markup, a mention, a reference or a link. Control
 * characters and, as a table would end its cell there, vertical bars are made visible.
 */
export function codeSpan(text: string): string {
  const safe = clipped(visible(text), SHOWN).replaceAll("|", "\\x7c");
  const fence = "`".repeat(longestRun(safe) + 1);
  // A span loses one space at each side, and must not begin or end with a backtick; of spaces alone it loses none.
  const padding = /^[ `]|[ `]$/.test(safe) && safe.trim() !== "" ? " " : "";
  return safe === "" ? "(empty)" : `${fence}${padding}${safe}${padding}${fence}`;
}

/** A text that is cut where it is too long, never inside of a character. */
export function clipped(text: string, most: number): string {
  if (text.length <= most) return text;
  return `${text.slice(0, most - 1).replace(/[\ud800-\udbff]$/, "")}…`;
}

/** Length of the longest run of backticks: whatever is fenced with more is not ended by them. */
export function longestRun(text: string): number {
  const runs = text.match(/`+/g) ?? [];
  return runs.reduce((longest, run) => Math.max(longest, run.length), 0);
}
