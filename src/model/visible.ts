/**
 * Text from outside, made safe to print: a control character, an escape sequence, a direction override, an invisible
 * character or an unusual space becomes its escape (`\x1b`, `\u{202e}`), so that a name can neither move the cursor
 * nor imitate another name. A line break is escaped too: one name is one line. In a text that a CI system would read
 * as a command (`##[error]`, `::error::`), the first character becomes an escape.
 *
 * @example
 * visible("web01\u202e") // "web01\\u{202e}"
 */
export function visible(text: string): string {
  const printable = PLAIN.test(text) ? text : text.replace(hidden(), escapeCharacter);
  return mayHaveCommand(text) ? printable.replace(CI_COMMAND, escapeCharacter) : printable;
}

/**
 * The same for a name or an address, where a blank at an end makes another name and is invisible.
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
 * The same for formats with JSON's escapes, which are JSON and YAML's double quotes: the text keeps its meaning.
 */
export function visibleJson(text: string): string {
  const printable = ASCII.test(text) ? text : text.replace(hiddenBeyondAscii(), escapeUnits);
  return mayHaveCommand(text) ? printable.replace(CI_COMMAND_WITHIN, escapeUnits) : printable;
}

const PLAIN = /^[ -~]*$/;
const ASCII = /^[\0-~]*$/;

/**
 * All control, format, unassigned and private characters and lone surrogates (C), line and paragraph separators,
 * characters without a glyph (fillers, variation selectors, the empty Braille pattern), and every space but the
 * ordinary one. Created on demand, which is rare: building its sets of characters takes a millisecond, and every
 * command loads this file.
 */
function hidden(): RegExp {
  return /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800]|(?! )\p{Zs}/gu;
}

function hiddenBeyondAscii(): RegExp {
  beyondAscii ??= new RegExp(`(?![\\0-\\x7e])(?:${hidden().source})`, "gu");
  return beyondAscii;
}

let beyondAscii: RegExp | undefined;

// `##[…]` and `##vso[…]` count anywhere in a line, `::…` at its start. `::name …::` may end up there.
const WITHIN = "#(?=#\\w*\\[)|:(?=:[A-Za-z][\\w-]*(?:\\s[^\\n]*)?::)";
const CI_COMMAND = new RegExp(`${WITHIN}|(?<=^\\s*):(?=:)`, "g");
const CI_COMMAND_WITHIN = new RegExp(WITHIN, "g");

/** Few texts do, and a start takes long enough without compiling the expression. */
function mayHaveCommand(text: string): boolean {
  return text.includes("##") || text.includes("::");
}

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
