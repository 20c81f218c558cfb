/** A word of a command line as far as it is typed, read without running or expanding anything. */
export interface TypedWord {
  readonly text: string;
  /** The quote that is still open at its end. */
  readonly quote: "" | "'" | '"';
  /** It ends with a backslash that quotes what comes next. */
  readonly isEscaping: boolean;
}

/** Takes the quotes of bash and zsh away; `undefined` for a word that the shell would expand, and whose text is not known. */
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

/** What is to be typed after the word so that `rest` follows on its text, in bash. */
export function continuation(rest: string, { quote, isEscaping }: TypedWord): string {
  const quoted = quotedIn(quote, rest);
  return isEscaping ? quoted.replace(/^\\/, "") : quoted;
}

function quotedIn(quote: TypedWord["quote"], text: string): string {
  if (quote === "'") return text.replaceAll("'", "'\\''");
  // Between double quotes nothing takes its meaning from an exclamation mark.
  if (quote === '"') return text.replace(/[$`"\\]/g, "\\$&").replaceAll("!", `"'!'"`);
  return text.replace(/[^\p{L}\p{N}_@%+=:,./-]/gu, "\\$&");
}
