import { visible } from "../../model/visible";

/** Longest name, in characters: a longer one is visibly cut. */
const SHOWN = 120;

/**
 * A name for a line or a table cell, in a code span, where nothing is markup, a mention, a reference or a link.
 * Control characters become visible escapes, and so do vertical bars, which would end a table cell.
 */
export function codeSpan(text: string): string {
  const safe = clipped(visible(text), SHOWN).replaceAll("|", "\\x7c");
  const fence = "`".repeat(longestRun(safe) + 1);
  // Markdown strips one space at each side of a span, unless it has only spaces; a span must not begin or end with a
  // backtick.
  const padding = /^[ `]|[ `]$/.test(safe) && safe.trim() !== "" ? " " : "";
  return safe === "" ? "(empty)" : `${fence}${padding}${safe}${padding}${fence}`;
}

/** A text, cut if it is too long, never inside of a character. */
export function clipped(text: string, most: number): string {
  if (text.length <= most) return text;
  return `${text.slice(0, most - 1).replace(/[\ud800-\udbff]$/, "")}…`;
}

/** Length of the longest run of backticks: a longer fence is not ended by them. */
export function longestRun(text: string): number {
  const runs = text.match(/`+/g) ?? [];
  return runs.reduce((longest, run) => Math.max(longest, run.length), 0);
}
