/** Rows of a table, in columns that are as wide as their widest cell. */
export function inColumns(rows: readonly (readonly string[])[]): string[] {
  const widths = columnWidths(rows);
  return rows.map((row) => rowText(row, widths));
}

/** The width of each column; `widest` is the most that a cell counts. */
export function columnWidths(
  rows: readonly (readonly string[])[],
  widest = Number.POSITIVE_INFINITY,
): number[] {
  const widths: number[] = [];
  for (const row of rows)
    row.forEach((cell, column) => {
      widths[column] = Math.max(widths[column] ?? 0, Math.min(widest, columnsOf(cell)));
    });
  return widths;
}

export function rowText(cells: readonly string[], widths: readonly number[]): string {
  return cells
    .map((cell, column) => padded(cell, widths[column] ?? 0))
    .join("  ")
    .trimEnd();
}

/** The text with blanks behind it, until it takes as many columns of a terminal. */
export function padded(text: string, columns: number): string {
  return text + " ".repeat(Math.max(0, columns - columnsOf(text)));
}

/** How many columns of a terminal a text takes: two for each Chinese, Japanese or Korean character, none for a mark above another. */
export function columnsOf(text: string): number {
  if (!BEYOND_ASCII.test(text)) return text.length;
  let columns = 0;
  for (const character of text) columns += isWide(character) ? 2 : MARK.test(character) ? 0 : 1;
  return columns;
}

function isWide(character: string): boolean {
  return WIDE.test(character) && !HALF_WIDTH.test(character);
}

const BEYOND_ASCII = /[^ -~]/;
const WIDE =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Bopomofo}\p{Emoji_Presentation}\u3000-\u303f\u30fc\uff01-\uff60\uffe0-\uffe6]/u;
const HALF_WIDTH = /[\uff61-\uffdc]/;
const MARK = /\p{Mark}/u;
