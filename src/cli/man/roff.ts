/** Escapes text for the macros of man(7): groff and mandoc take every character literally. */

/** Text within a line. Plain roff would print a quote, a circumflex, a tilde or a hyphen as another character. */
export function roffText(text: string): string {
  const escaped = text.replace(/[\\\-'`^~"]/g, (character) => ESCAPES[character] ?? character);
  return [...escaped].map((character) => (character > "~" ? unicode(character) : character)).join("");
}

/** A paragraph, in lines of the usual length. A full stop at the start of a line would begin a request. */
export function roffLines(text: string): readonly string[] {
  const lines: string[] = [];
  for (const word of roffText(text).split(" ")) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + word.length < LINE) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word.replace(/^\./, "\\&."));
  }
  return lines;
}

const LINE = 79;

export function bold(text: string): string {
  return `\\fB${roffText(text)}\\fR`;
}

export function italic(text: string): string {
  return `\\fI${roffText(text)}\\fR`;
}

const ESCAPES: Readonly<Record<string, string>> = {
  "\\": "\\e",
  "-": "\\-",
  "'": "\\(aq",
  "`": "\\(ga",
  "^": "\\(ha",
  "~": "\\(ti",
  '"': "\\(dq",
};

function unicode(character: string): string {
  const hex = (character.codePointAt(0) ?? 0).toString(16).toUpperCase();
  return `\\[u${hex.padStart(4, "0")}]`;
}
