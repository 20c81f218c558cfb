/** Likely causes of a YAML error that are hard to see on its line. Neither names more of the line than a key. */
import type { SourceText } from "./source-text";

export interface LineHint {
  /** What the line holds, to follow another sentence. */
  readonly summary: string;
  readonly remedy: string;
  readonly line: number;
  /** Counted from 1, as in a position. */
  readonly column: number;
}

type HintInLine = Omit<LineHint, "line">;

/** Lines of one error that are searched; a quote that is never closed may reach to the end of the file. */
const MOST_LINES = 3;

/** What may be wrong on the lines that an error covers, if anything. */
export function hintForLines(source: SourceText, start: number, end: number): LineHint | undefined {
  const first = source.position(start).line;
  const last = Math.min(source.position(Math.max(start, end - 1)).line, first + MOST_LINES - 1);
  for (let line = first; line <= last; line++) {
    const text = source.line(line);
    const hint = unusualCharacter(text) ?? missingBlank(text);
    if (hint !== undefined) return { ...hint, line };
  }
  return undefined;
}

/** Spaces that YAML takes for letters, invisible characters, full-width forms and typographic quotes. */
const UNUSUAL = /[\u00a0\u1680\u2000-\u200f\u2018-\u201f\u2028-\u202f\u205f-\u2064\u3000\ufeff\uff01-\uff5e]/;

const NAMES: Readonly<Record<string, string>> = {
  "\u00a0": "a no-break space",
  "\u3000": "an ideographic space",
  "\u200b": "a zero-width space",
  "\ufeff": "a byte-order mark",
};

function unusualCharacter(text: string): HintInLine | undefined {
  // A comment may be in any script.
  const at = text.replace(/(^|\s)#.*$/, "").search(UNUSUAL);
  const character = text[at];
  if (character === undefined) return undefined;
  const code = character.charCodeAt(0);
  const number = `U+${code.toString(16).toUpperCase().padStart(4, "0")}`;
  const isFullWidth = code >= 0xff01 && code <= 0xff5e;
  // Full-width forms stand in the order of ASCII.
  const ascii = isFullWidth ? String.fromCharCode(code - 0xff01 + 0x21) : undefined;
  const isQuote = code >= 0x2018 && code <= 0x201f;
  const name =
    NAMES[character] ??
    (isFullWidth ? `a full-width \`${ascii}\`` : isQuote ? "a typographic quote" : "an unusual space");
  const plain = isFullWidth
    ? `\`${ascii}\``
    : isQuote
      ? "a straight quote"
      : "an ordinary space, or remove it";
  return {
    summary: `${name} (${number})`,
    column: at + 1,
    remedy: `replace it by ${plain}: YAML takes it for a letter`,
  };
}

function missingBlank(text: string): HintInLine | undefined {
  const [, before = "", key] = /^([\s-]*)([A-Za-z]\w*):(?=[^\s/:])/.exec(text) ?? [];
  if (key === undefined) return undefined;
  return {
    summary: `\`${key}:\` has no blank after its colon`,
    column: before.length + 1,
    remedy: `write \`${key}: \` and then the value`,
  };
}
