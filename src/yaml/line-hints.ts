/**
 * Likely causes of a YAML error that are hard to see on its line. A hint quotes nothing of the line but one of our own
 * keys: the line may be a part of a secret.
 */
import type { SourceText } from "./source-text";
import { unusualCharacter } from "./unusual-character";

export interface LineHint {
  /** The end of a sentence: what the line has. */
  readonly summary: string;
  readonly remedy: string;
  readonly line: number;
  /** Counted from 1, as in a position. */
  readonly column: number;
}

type HintInLine = Omit<LineHint, "line">;

/** Lines of one error that are searched; a quote that is never closed may reach to the end of the file. */
const MOST_LINES = 3;
/** Lines above an error that are searched for its cause. */
const MOST_LINES_ABOVE = 200;

/** What may be wrong on the lines that an error covers, if anything. */
export function hintForLines(source: SourceText, start: number, end: number): LineHint | undefined {
  const first = source.position(start).line;
  const last = Math.min(source.position(Math.max(start, end - 1)).line, first + MOST_LINES - 1);
  for (let line = first; line <= last; line++) {
    const [text, ownKey] = [source.line(line), source.ownKey(line)];
    const hint =
      unusualOnLine(text, ownKey) ??
      tabInIndentation(text) ??
      dashOfAnotherKind(text) ??
      missingBlankAfterDash(text, ownKey) ??
      missingBlank(text, ownKey) ??
      ofATemplate(text);
    if (hint !== undefined) return { ...hint, line };
  }
  return (
    dashAbove(source, first) ??
    indentedTooMuch(source, first) ??
    indentedTooMuch(source, first + 1) ??
    unusualIndentation(source, first)
  );
}

function unusualOnLine(text: string, ownKey: string): HintInLine | undefined {
  // A comment may be in any script.
  const character = unusualCharacter(text.replace(/(^|\s)#.*$/, ""));
  if (character === undefined) return undefined;
  const { at, name, isFullWidth, remedy } = character;
  if (!isFullWidth || at < ownKey.length) return { summary: name, column: at + 1, remedy };
  return {
    summary: "a full-width character",
    column: at + 1,
    remedy: "replace it by its ASCII form: YAML takes it for a letter",
  };
}

function tabInIndentation(text: string): HintInLine | undefined {
  const at = /^ *(?:- +)*\t/.exec(text)?.[0].length;
  return at === undefined
    ? undefined
    : { summary: "the line begins with a tab", column: at, remedy: "indent with spaces" };
}

/** A dash that is longer than the one of a list: word processors put it there. */
function dashOfAnotherKind(text: string): HintInLine | undefined {
  const [, before, dash] = /^( *)([\u2010-\u2015\u2212\ufe58\ufe63\uff0d]) /.exec(text) ?? [];
  if (before === undefined || dash === undefined) return undefined;
  return {
    summary: `a dash that is no \`-\` (U+${dash.charCodeAt(0).toString(16).toUpperCase()})`,
    column: before.length + 1,
    remedy: "replace it by `-`: YAML takes it for a letter",
  };
}

/** With such a dash the line is a text, and the error is on the line below. */
function dashAbove(source: SourceText, line: number): LineHint | undefined {
  for (let above = line - 1; above > 0; above--) {
    const text = source.line(above);
    if (/^\s*(#.*)?$/.test(text)) continue;
    const hint = dashOfAnotherKind(text);
    return hint && { ...hint, line: above };
  }
  return undefined;
}

function missingBlank(text: string, ownKey: string): HintInLine | undefined {
  const [, before = "", key] = /^([\s-]*)([A-Za-z]\w*):(?=[^\s/:])/.exec(text) ?? [];
  if (key === undefined) return undefined;
  return {
    summary: `${ownKey === "" ? "a key" : `\`${key}:\``} has no blank after its colon`,
    column: before.length + 1,
    remedy: `write \`${ownKey === "" ? "KEY" : key}: \` and then the value`,
  };
}

/** `{{…}}` as a value, and `${…}` in brackets: YAML takes their braces for mappings. */
function ofATemplate(text: string): HintInLine | undefined {
  const [, before] = /^(.*?:\s+)\{\{/.exec(text) ?? /^(.*[{[].*?:\s+)\$\{\w+\}/.exec(text) ?? [];
  if (before === undefined) return undefined;
  return {
    summary: `\`\${…}\` and \`{{…}}\` are not replaced`,
    column: before.length + 1,
    remedy: "take the value from an environment variable: `{ env: NAME }`",
  };
}

/**
 * A line above the error that begins with a character which looks like a space but is none in YAML: that line ends
 * every block around it.
 */
function unusualIndentation(source: SourceText, line: number): LineHint | undefined {
  for (let above = line - 1; above > 0 && above > line - MOST_LINES_ABOVE; above--) {
    const text = source.line(above);
    // Another document.
    if (/^---(\s|$)/.test(text)) return undefined;
    const indentation = /^\s*/.exec(text)?.[0] ?? "";
    const tab = tabInIndentation(text);
    if (tab) return { ...tab, line: above };
    const character = unusualCharacter(indentation);
    if (character)
      return { summary: character.name, column: character.at + 1, remedy: character.remedy, line: above };
  }
  return undefined;
}

function missingBlankAfterDash(text: string, ownKey: string): HintInLine | undefined {
  const [, before = "", key] = /^(\s*)-([A-Za-z]\w*):(?=\s|$)/.exec(text) ?? [];
  if (key === undefined) return undefined;
  return {
    summary: ownKey === "" ? "a `-` has no blank after it" : `\`-${key}:\` has no blank after its \`-\``,
    column: before.length + 1,
    remedy: `write \`- ${ownKey === "" ? "KEY" : key}: \``,
  };
}

/** A key with its value on the same line: the next line cannot belong to it. */
const WITH_VALUE = /^(\s*(?:- +)*)[^\s:#][^:#]*:\s+(\S.*)$/;
const KEY = /^(\s*)(?:- +)?[^\s#][^:]*:(?:\s|$)/;
/** A value that continues on the next line: a block, an anchor or a tag alone, and unclosed brackets or quotes. */
const GOES_ON = /^([|>&!*]|\{[^}]*$|\[[^\]]*$|"[^"]*$|'[^']*$)/;

function indentedTooMuch(source: SourceText, line: number): LineHint | undefined {
  const [, own] = KEY.exec(source.line(line)) ?? [];
  const [, above, value = ""] = WITH_VALUE.exec(lineAbove(source, line)) ?? [];
  if (own === undefined || above === undefined || GOES_ON.test(value)) return undefined;
  if (own.length <= above.length) return undefined;
  return {
    summary: "the line is indented more than the one above it, which has its value already",
    remedy: `correct the indentation: ${above.length} spaces, as above`,
    line,
    column: own.length + 1,
  };
}

function lineAbove(source: SourceText, line: number): string {
  for (let above = line - 1; above > 0; above--) {
    const text = source.line(above);
    if (!/^\s*(#.*)?$/.test(text)) return text;
  }
  return "";
}
