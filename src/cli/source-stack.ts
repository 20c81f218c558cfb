import { SourceMap } from "node:module";
import { readPackageFile } from "../platform/package-files";

/** The stack of an error, with the lines of the sources in the place of those of the bundle. */
export function sourceStack({ stack = "", message }: Error): string {
  const map = sourceMap();
  if (stack === "" || map === undefined) return stack || message;
  return stack.replace(/\bjp1im\.js:(\d+):(\d+)/g, (place, line, column) => {
    const entry = map.findEntry(Number(line) - 1, Number(column) - 1);
    return "originalSource" in entry
      ? `${entry.originalSource.replace(/^(\.\.\/)+/, "")}:${entry.originalLine + 1}:${entry.originalColumn + 1}`
      : place;
  });
}

function sourceMap(): SourceMap | undefined {
  try {
    return new SourceMap(JSON.parse(readPackageFile("dist/cli/jp1im.js.map").toString("utf8")));
  } catch {
    // Without it the lines are those of the bundle.
    return undefined;
  }
}
