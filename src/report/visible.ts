/**
 * Text from outside, made safe to print: a control character, an escape sequence, a direction override or an
 * invisible character becomes its escape (`\x1b`, `\u{202e}`), so that a name can neither move the cursor nor
 * pretend to be another. A line break is escaped too: one name is one line.
 */
export function visible(text: string): string {
  return HIDDEN.test(text) ? text.replace(ALL_HIDDEN, escapeCharacter) : text;
}

/** The same for text that may have several lines. */
export function visibleLines(text: string): string[] {
  return text.split(/\r?\n/).map(visible);
}

// Categories: control, format (direction overrides, zero width), lone surrogates, line and paragraph separators.
const HIDDEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;
const ALL_HIDDEN = new RegExp(HIDDEN.source, "gu");

function escapeCharacter(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  const hex = code.toString(16);
  return code <= 0xff ? `\\x${hex.padStart(2, "0")}` : `\\u{${hex}}`;
}
