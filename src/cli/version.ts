import { readFileSync } from "node:fs";
import { join } from "node:path";

/** The package's version. Read, not compiled in: the package's own file is the one place that says it. */
export function packageVersion(): string {
  const text = readFileSync(packageFile("package.json"), "utf8");
  return (JSON.parse(text) as { readonly version: string }).version;
}

/** A file that ships beside `dist`. */
export function packageFile(...path: readonly string[]): string {
  return join(__dirname, "..", "..", ...path);
}
