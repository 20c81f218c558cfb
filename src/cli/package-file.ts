import { join } from "node:path";

/** Absolute path of a file that ships beside `dist`. */
export function packageFile(...path: readonly string[]): string {
  return join(__dirname, "..", "..", ...path);
}
