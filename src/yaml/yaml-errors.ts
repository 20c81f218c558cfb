import type { ErrorCode, YAMLParseError } from "yaml";
import type { DiagnosticList } from "./diagnostic-list";
import { hintForLines, type LineHint } from "./line-hints";
import type { SourceText } from "./source-text";

/** Errors that the parser reports after a broken line although nothing else is wrong there. */
const ECHOES: ReadonlySet<ErrorCode> = new Set([
  "BAD_INDENT",
  "BLOCK_AS_IMPLICIT_KEY",
  "MISSING_CHAR",
  "UNEXPECTED_TOKEN",
]);

/**
 * Adds the diagnostics for the parser's errors in one document. After an error with a known cause, it leaves out
 * those that most likely follow from it, because they would mislead.
 */
export function reportYamlErrors(
  errors: readonly YAMLParseError[],
  source: SourceText,
  diagnostics: DiagnosticList,
): void {
  let isExplained = false;
  const hinted = new Set<number>();
  for (const error of errors) {
    const hint = hintForLines(source, ...error.pos);
    if (hint === undefined ? isExplained && ECHOES.has(error.code) : hinted.has(hint.line)) continue;
    report(error, hint, source, diagnostics);
    if (hint !== undefined) hinted.add(hint.line);
    isExplained ||= hint !== undefined || error.code === "MULTILINE_IMPLICIT_KEY";
  }
}

/** Does not use the parser's own message, which may quote a secret. */
function report(
  error: YAMLParseError,
  hint: LineHint | undefined,
  source: SourceText,
  diagnostics: DiagnosticList,
): void {
  const [summary, remedy] = sentences[error.code];
  const [start] = error.pos;
  const position = source.position(Math.min(start, source.text.length));
  const code = error.code === "RESOURCE_EXHAUSTION" ? "yaml-limits" : "yaml-syntax";
  if (hint === undefined) {
    diagnostics.add({ code, summary, remedy, position });
    return;
  }
  const place = { ...position, line: hint.line, column: hint.column };
  const sentence = error.code === "TAB_AS_INDENT" ? summary : `${summary}: ${hint.summary}`;
  diagnostics.add({ code, summary: sentence, remedy: hint.remedy, position: place });
}

const quoteIt = "put the text in quotes";
const sentences: Record<ErrorCode, readonly [summary: string, remedy: string]> = {
  ALIAS_PROPS: ["an alias with an anchor or tag of its own", "remove the anchor or tag"],
  BAD_ALIAS: ["an alias without a usable name", `write \`*name\`, or ${quoteIt}`],
  BAD_COLLECTION_TYPE: ["a tag that does not fit the collection behind it", "remove the tag"],
  BAD_DIRECTIVE: ["a directive that YAML 1.2 does not know", "remove the line that begins with `%`"],
  BAD_DQ_ESCAPE: [
    "an unknown escape in a double-quoted text",
    "write `\\\\` for a backslash, or use single quotes",
  ],
  BAD_INDENT: ["the indentation fits nothing above it", "align it with its siblings"],
  BAD_PROP_ORDER: ["an anchor or tag before its indicator", "put it behind the `-`, `?` or `:`"],
  BAD_SCALAR_START: ["a plain text may not begin with this character", quoteIt],
  BLOCK_AS_IMPLICIT_KEY: [
    "expected a value or key on one line, found a mapping or list",
    `begin it on a line of its own, or ${quoteIt} if it is a text with \`: \``,
  ],
  BLOCK_IN_FLOW: ["a block collection inside brackets", "use `[…]` and `{…}` inside brackets"],
  DUPLICATE_KEY: ["a key that the mapping already holds", "remove one of the two"],
  IMPOSSIBLE: ["text that cannot be read as YAML", "write it again"],
  KEY_OVER_1024_CHARS: [
    "a key longer than 1024 characters",
    "begin it with `? ` and put its `: ` on the next line",
  ],
  MISSING_CHAR: [
    "a closing quote, bracket, comma or `: ` is missing",
    "look for what is not closed or separated",
  ],
  MULTILINE_IMPLICIT_KEY: [
    "a key that spans several lines, or lacks its `:`",
    "write `: ` between the key and its value, on one line",
  ],
  MULTIPLE_ANCHORS: ["two anchors on one node", "remove one of the two"],
  MULTIPLE_DOCS: ["a second document", "separate documents with `---`"],
  MULTIPLE_TAGS: ["two tags on one node", "remove one of the two"],
  NON_STRING_KEY: ["a key that is not a text", "use a text for the key"],
  RESOURCE_EXHAUSTION: ["more structure than is accepted", "split the file into several"],
  TAB_AS_INDENT: ["a tab as indentation", "indent with spaces"],
  TAG_RESOLVE_FAILED: ["a tag that is not accepted", "remove the tag"],
  UNEXPECTED_TOKEN: [
    "something that does not belong here",
    "check the indentation, quotes and brackets around it",
  ],
};
