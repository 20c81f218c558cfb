/**
 * Text from outside, made safe to print: a control character, an escape sequence, a direction override, an invisible
 * character or an unusual space becomes its escape (`\x1b`, `\u{202e}`), so that a name can neither move the cursor nor
 * pretend to be another. A line break is escaped too: one name is one line. What a CI system would read as a command
 * (`##[error]`, `::error::`) loses its first character to an escape.
 *
 * @example
 * visible("web01\u202e") // "web01\\u{202e}"
 */
export function visible(text: string): string {
  const printable = PLAIN.test(text) ? text : text.replace(hidden(), escapeCharacter);
  return printable.replace(CI_COMMAND, escapeCharacter);
}

/**
 * The same for a name or an address, in which a blank at an edge is another name and looks like none.
 *
 * @example
 * visibleName("tokyo/client/app ") // "tokyo/client/app\\x20"
 */
export function visibleName(name: string): string {
  return visible(name).replace(EDGE_BLANK, escapeCharacter);
}

const EDGE_BLANK = /(?<=(?:^|\/) *) | (?= *(?:$|\/))/g;

/** The same for text that may have several lines. */
export function visibleLines(text: string): string[] {
  return text.split(/\r?\n/).map(visible);
}

/**
 * The same for a text whose format has JSON's escapes, JSON itself and YAML's double quotes: it still means what it
 * meant.
 */
export function visibleJson(text: string): string {
  const printable = ASCII.test(text) ? text : text.replace(hiddenBeyondAscii(), escapeUnits);
  return printable.replace(CI_COMMAND_WITHIN, escapeUnits);
}

const PLAIN = /^[ -~]*$/;
const ASCII = /^[\0-~]*$/;

/**
 * All control, format, unassigned and private characters and lone surrogates (C), line and paragraph separators, what
 * is drawn as nothing (fillers, variation selectors, the empty Braille pattern), and every space but the ordinary one.
 * Made when it is needed, which is seldom: its sets of characters take a millisecond, and every command loads this file.
 */
function hidden(): RegExp {
  return /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800]|(?! )\p{Zs}/gu;
}

function hiddenBeyondAscii(): RegExp {
  beyondAscii ??= new RegExp(`(?![\\0-\\x7e])(?:${hidden().source})`, "gu");
  return beyondAscii;
}

let beyondAscii: RegExp | undefined;

// `##[…]` and `##vso[…]` count anywhere in a line, `::…` at its start. `::name …::` may come to stand there.
const WITHIN = "#(?=#\\w*\\[)|:(?=:[A-Za-z][\\w-]*(?:\\s[^\\n]*)?::)";
const CI_COMMAND = new RegExp(`${WITHIN}|(?<=^\\s*):(?=:)`, "g");
const CI_COMMAND_WITHIN = new RegExp(WITHIN, "g");

function escapeCharacter(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  const hex = code.toString(16);
  return code <= 0xff ? `\\x${hex.padStart(2, "0")}` : `\\u{${hex}}`;
}

function escapeUnits(characters: string): string {
  return Array.from({ length: characters.length }, (_, index) => {
    return `\\u${characters.charCodeAt(index).toString(16).padStart(4, "0")}`;
  }).join("");
}
