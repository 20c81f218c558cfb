import type { SinkReference } from "../../model/desired-state";
import { pathOption } from "../../model/options";
import { namesFolder, pathFrom } from "../path-from";
import { formatOf, formatted } from "./format";
import { type FileSink, undeliverable } from "./sink";
import { proveTarget } from "./target-file";

/** `file: PATH`. The file has the secret, by default alone and without a line end; mode 0600, replaced atomically. */
export const file: FileSink = {
  type: "file",
  writes: "file",
  noun: "file",
  isUsedInPlace: true,
  spelled: pathOption,
  describe: (options) => `file ${pathOption(options) ?? "without a path"}`,
  place: async ({ options, folder }, { resolvePath }) => {
    const named = pathOption(options);
    if (named === undefined) return undefined;
    return {
      ...{ type: "file", paths: { file: await resolvePath(folder, named) } },
      traits: { format: formatOf(options) },
    };
  },
  prove: async (reference, context) => proveTarget(targetOf(reference), reference.options, context),
  target: targetOf,
  text: async ({ options }, issued) => formatted(issued, options),
};

function targetOf({ options, folder }: SinkReference): string {
  const named = pathOption(options);
  if (named === undefined) throw undeliverable("file has to name one path", "write: file: PATH");
  if (namesFolder(named)) throw undeliverable(`${named} names a folder`, "name a file in it");
  return pathFrom(folder, named);
}
