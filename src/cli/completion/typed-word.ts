/** A partly typed word of a command line, parsed without running or expanding anything. */
export interface TypedWord {
  readonly text: string;
  /** The quote that is still open at its end. */
  readonly quote: "" | "'" | '"';
  /** It ends with a backslash that quotes the next character. */
  readonly isEscaping: boolean;
}

/**
 * Removes the quotes of bash and zsh; `undefined` for a word that the shell would expand, because its text is
 * unknown.
 */
export function readWord(raw: string): TypedWord | undefined {
  let text = "";
  let quote: TypedWord["quote"] = "";
  let isEscaping = false;
  for (const character of raw) {
    if (isEscaping) {
      text += quote === '"' && !'$`"\\'.includes(character) ? `\\${character}` : character;
      isEscaping = false;
    } else if (character === "\\" && quote !== "'") isEscaping = true;
    else if (character === quote) quote = "";
    else if (quote === "" && (character === "'" || character === '"')) quote = character;
    else if (quote !== "'" && (character === "$" || character === "`")) return undefined;
    else text += character;
  }
  return { text, quote, isEscaping };
}

/** What to type after the word in bash to append `rest` to its text. */
export function continuation(rest: string, { quote, isEscaping }: TypedWord): string {
  const quoted = quotedIn(quote, rest);
  return isEscaping ? quoted.replace(/^\\/, "") : quoted;
}

function quotedIn(quote: TypedWord["quote"], text: string): string {
  if (quote === "'") return text.replaceAll("'", "'\\''");
  // Nothing can quote an exclamation mark between double quotes.
  if (quote === '"') return text.replace(/[$`"\\]/g, "\\$&").replaceAll("!", `"'!'"`);
  return text.replace(/[^\p{L}\p{N}_@%+=:,./-]/gu, "\\$&");
}
