import { SourceMap } from "node:module";
import { readPackageFile } from "../platform/package-files";

/** The stack of an error, with lines of the sources instead of those of the bundles. */
export function sourceStack({ stack = "", message }: Error): string {
  const maps = new Map(BUNDLES.map((bundle) => [bundle, sourceMap(bundle)]));
  return (stack || message).replace(PLACE, (place, bundle, line, column) => {
    const entry = maps.get(bundle)?.findEntry(Number(line) - 1, Number(column) - 1);
    return entry !== undefined && "originalSource" in entry
      ? `${entry.originalSource.replace(/^(\.\.\/)+/, "")}:${entry.originalLine + 1}:${entry.originalColumn + 1}`
      : place;
  });
}

const BUNDLES = ["jp1im.js", "jp1im-more.js"];
const PLACE = /\b(jp1im(?:-more)?\.js):(\d+):(\d+)/g;

function sourceMap(bundle: string): SourceMap | undefined {
  try {
    return new SourceMap(JSON.parse(readPackageFile(`dist/cli/${bundle}.map`).toString("utf8")));
  } catch {
    // Without a source map, the stack keeps the bundle's lines.
    return undefined;
  }
}
