/** Spaces that YAML treats as letters, invisible characters, full-width forms and typographic quotes. */
const UNUSUAL = /[\u00a0\u1680\u2000-\u200f\u2018-\u201f\u2028-\u202f\u205f-\u2064\u3000\ufeff\uff01-\uff5e]/;

const NAMES: Readonly<Record<string, string>> = {
  "\u00a0": "a no-break space",
  "\u3000": "an ideographic space",
  "\u200b": "a zero-width space",
  "\ufeff": "a byte-order mark",
};

export interface UnusualCharacter {
  /** Offset in the text. */
  readonly at: number;
  /** ``a full-width `:` (U+FF1A)`` */
  readonly name: string;
  readonly isFullWidth: boolean;
  readonly remedy: string;
}

/** The first character of a text that looks like one of YAML's characters but is not. */
export function unusualCharacter(text: string): UnusualCharacter | undefined {
  const at = text.search(UNUSUAL);
  const character = text[at];
  if (character === undefined) return undefined;
  const code = character.charCodeAt(0);
  const number = `U+${code.toString(16).toUpperCase().padStart(4, "0")}`;
  const isFullWidth = code >= 0xff01 && code <= 0xff5e;
  // Full-width forms are in the order of ASCII.
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
    at,
    name: `${name} (${number})`,
    isFullWidth,
    remedy: `replace it by ${plain}: YAML takes it for a letter`,
  };
}
