import { Composer, type Document, isScalar, Lexer, type ParsedNode, Parser } from "yaml";
import { withoutStackTraces } from "../platform/without-stack-traces";
import { findForbiddenCharacter } from "./decode-text";
import type { DiagnosticList } from "./diagnostic-list";
import { hideLikelySecrets } from "./hidden-lines";
import { MOST_TOKENS } from "./limits";
import type { SourceText } from "./source-text";
import { toYamlNode } from "./to-yaml-node";
import { reportYamlErrors } from "./yaml-errors";
import type { YamlNode } from "./yaml-node";

/** Nested collections; the format itself needs nine. It bounds the depth of every recursion below. */
const MOST_DEPTH = 100;

/** What `parseYaml` gives, by the YAML library alone. */
export function composeYaml(
  source: SourceText,
  diagnostics: DiagnosticList,
  mostTokens = MOST_TOKENS,
): YamlNode[] {
  const forbidden = findForbiddenCharacter(source.text);
  if (forbidden >= 0) {
    hideLikelySecrets(source);
    diagnostics.add({
      code: "yaml-syntax",
      summary: "a control character, which YAML does not permit",
      remedy: "remove it, or write it as an escape in a double-quoted text",
      position: source.position(forbidden),
    });
    return [];
  }
  const documents = withoutStackTraces(() => compose(source, diagnostics, mostTokens));
  if (documents === undefined) return [];
  return toNodes(documents, source, diagnostics);
}

function toNodes(
  documents: readonly Document.Parsed[],
  source: SourceText,
  diagnostics: DiagnosticList,
): YamlNode[] {
  if (documents.some((document) => document.errors.length > 0)) hideLikelySecrets(source);
  const before = diagnostics.errorCount;
  let filled = 0;
  const nodes: YamlNode[] = [];
  for (const document of documents) {
    if (document.errors.length > 0) {
      reportYamlErrors(onePerLine(document, source), source, diagnostics);
    } else if (!isEmpty(document)) {
      filled++;
      const node = toYamlNode(document, source, diagnostics);
      if (node !== undefined) nodes.push(node);
    }
  }
  // A file that was cut off on its way here must not read as "delete everything".
  if (filled === 0 && diagnostics.errorCount === before) {
    diagnostics.add({
      code: "no-input",
      summary: `${source.file} declares nothing`,
      remedy: "fill it, or leave it out",
      position: source.position(0),
    });
  }
  return nodes;
}

/** `undefined` if a limit was exceeded: then nothing of the file is used. */
function compose(
  source: SourceText,
  diagnostics: DiagnosticList,
  mostTokens: number,
): Document.Parsed[] | undefined {
  const parser = new Parser();
  const composer = new Composer<ParsedNode>({
    version: "1.2",
    schema: "core",
    stringKeys: true,
    // The library compares each key with every other; `toYamlNode` has a faster check.
    uniqueKeys: false,
    prettyErrors: false,
    logLevel: "silent",
  });
  const documents: Document.Parsed[] = [];
  let tokens = 0;
  for (const lexeme of new Lexer().lex(source.text)) {
    for (const token of parser.next(lexeme)) documents.push(...composer.next(token));
    tokens++;
    if (parser.stack.length > MOST_DEPTH || tokens > mostTokens) {
      diagnostics.add({
        code: "yaml-limits",
        summary:
          tokens > mostTokens
            ? `the file has more than ${mostTokens} YAML tokens`
            : `the nesting is deeper than ${MOST_DEPTH} levels`,
        remedy:
          tokens > mostTokens ? "split it into several files" : "look for brackets that are never closed",
        position: source.position(Math.min(parser.offset, source.text.length)),
      });
      hideLikelySecrets(source);
      return undefined;
    }
  }
  for (const token of parser.end()) documents.push(...composer.next(token));
  documents.push(...composer.end(true, source.text.length));
  return documents;
}

/** An empty document, or nothing but comments. */
function isEmpty(document: Document.Parsed): boolean {
  const contents: ParsedNode | null = document.contents;
  return contents === null || (isScalar(contents) && contents.source === "" && contents.value === null);
}

/** One fault often causes several errors on its line; the first one is enough. */
function onePerLine(document: Document.Parsed, source: SourceText): Document.Parsed["errors"] {
  const lines = new Set<number>();
  return document.errors.filter((error) => {
    const { line } = source.position(error.pos[0]);
    return lines.has(line) ? false : lines.add(line);
  });
}
