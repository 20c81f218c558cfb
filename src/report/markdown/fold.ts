import type { Section } from "../sections";
import { grouped } from "../wording";
import { clipped, longestRun } from "./code-span";

/** Characters of one line, at most. */
const LINE = 400;

/** A section as a folded block of code. */
export interface Fold extends Section {
  /** The block's language: `diff` colours a line by its first character. */
  readonly language?: "diff" | "text";
}

/**
 * The fold as Markdown of at most `room` characters: a code block, in which nothing is markup. Lines that do not fit
 * are left out, and the last line has their number. Empty if there is no room even for that.
 */
export function foldText(fold: Fold, room: number): string {
  const lines = fold.lines.map((line) => clipped(line, LINE));
  const whole = wrap(fold, lines);
  if (whole.length <= room) return whole;
  // The frame with the longest count and the longest fence that any subset of the lines can need.
  let left = room - wrap(fold, [leftOut(lines.length)]).length - 2 * longestRun(lines.join("\n"));
  let shown = 0;
  for (const line of lines) {
    left -= line.length + 1;
    if (left < 0) break;
    shown++;
  }
  const cut = wrap(fold, [...lines.slice(0, shown), leftOut(lines.length - shown)]);
  return cut.length <= room ? cut : "";
}

function wrap({ title, open, language = "text" }: Fold, lines: readonly string[]): string {
  const text = lines.join("\n");
  const fence = "`".repeat(Math.max(3, longestRun(text) + 1));
  const details = open ? "<details open>" : "<details>";
  return `${details}<summary>${title}</summary>\n\n${fence}${language}\n${text}\n${fence}\n\n</details>\n`;
}

function leftOut(count: number): string {
  return `… and ${grouped(count)} more lines, see the full plan (without --output markdown, or with --output json)`;
}
