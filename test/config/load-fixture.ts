import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type LoadResult, loadDesiredState } from "../../src/config/load-desired-state";

export const fixtures = join(__dirname, "fixtures");

/** Loads one text as if it came from standard input. */
export function loadText(
  text: string | Buffer,
  env: Readonly<Record<string, string>> = {},
): Promise<LoadResult> {
  return loadDesiredState({ paths: ["-"], cwd: fixtures, stdin: async () => text, variables: { env } });
}

/** A fixture's diagnostics as people would read them, one paragraph each. */
export async function diagnosticsOf(name: string): Promise<string> {
  const { diagnostics } = await loadDesiredState({ paths: [`${name}.yaml.txt`], cwd: fixtures });
  const paragraphs = diagnostics.map(({ code, severity, summary, remedy, position, excerpt }) => {
    const place = position && `${position.file}:${position.line}:${position.column}`;
    return [`${place}: ${severity} ${code}`, summary, `→ ${remedy}`, excerpt].filter(Boolean).join("\n");
  });
  return `${paragraphs.join("\n\n")}\n`;
}

export function expectedOf(name: string): string {
  return readFileSync(join(fixtures, `${name}.diagnostics.txt`), "utf8");
}
