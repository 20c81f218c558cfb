import { composeYaml } from "./compose-yaml";
import type { DiagnosticList } from "./diagnostic-list";
import { LONGEST_TEXT, MOST_TOKENS } from "./limits";
import { readPlainYaml } from "./plain-yaml";
import type { SourceText } from "./source-text";
import type { YamlNode } from "./yaml-node";

/**
 * The average in a file of the most tokens. The quick reader takes a third of the memory for that much text, whatever its content.
 */
const CHARACTERS_PER_TOKEN = 4;

/**
 * The valid documents of one YAML text; the errors of the others become diagnostics. It skips empty documents, but a
 * file without any other document is a diagnostic.
 */
export function parseYaml(
  source: SourceText,
  diagnostics: DiagnosticList,
  mostTokens = MOST_TOKENS,
): YamlNode[] {
  const plain = isQuicklyRead(source.text, mostTokens) ? readPlainYaml(source.text) : undefined;
  return plain === undefined ? composeYaml(source, diagnostics, mostTokens) : [plain];
}

/** Also limits the length of lines, because regular expressions match them. */
function isQuicklyRead(text: string, mostTokens: number): boolean {
  if (text.length > mostTokens * CHARACTERS_PER_TOKEN) return false;
  for (let start = 0; text.length - start > LONGEST_TEXT; ) {
    const end = text.lastIndexOf("\n", start + LONGEST_TEXT);
    if (end < start) return false;
    start = end + 1;
  }
  return true;
}
