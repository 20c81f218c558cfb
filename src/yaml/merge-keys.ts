import type { YamlEntry, YamlMap, YamlNode } from "./yaml-node";

/** The merge key `<<` of a mapping. YAML 1.2 left it out of its schemas, and most tools have kept it. */
export type MergeKey = YamlEntry;

/**
 * The entries that a merge key adds, with the places where they were written. Of several mappings the earlier one wins.
 * `undefined` for a value that cannot be merged. The `yaml` library resolves merge keys only in plain values, which
 * have no positions.
 */
export function entriesToMerge(value: YamlNode): readonly (readonly [string, YamlEntry])[] | undefined {
  const mappings = value.kind === "list" ? value.items : [value];
  if (!mappings.every(isMapping)) return undefined;
  return mappings.flatMap(({ entries }) => [...entries]);
}

function isMapping(node: YamlNode): node is YamlMap {
  return node.kind === "map";
}
