/**
 * A document whose scalars keep their text: `007`, `1e3` and `yes` stay as written, whatever a parser would turn them
 * into. Keys keep their order.
 */
export type Tree = TreeMap | TreeList | Leaf;

export interface TreeMap {
  readonly kind: "map";
  readonly entries: ReadonlyMap<string, Tree>;
}

export interface TreeList {
  readonly kind: "list";
  readonly items: readonly Tree[];
}

export interface Leaf {
  readonly kind: "leaf";
  readonly type: "text" | "int" | "float" | "bool" | "time" | "null";
  /** As written, without quotes and escapes. */
  readonly text: string;
}

/** The entry of a map; `undefined` for anything else. */
export function entryOf(tree: Tree | undefined, key: string): Tree | undefined {
  return tree?.kind === "map" ? tree.entries.get(key) : undefined;
}

/** The text of an entry that is a scalar. */
export function textAt(tree: Tree | undefined, key: string): string | undefined {
  const entry = entryOf(tree, key);
  return entry?.kind === "leaf" && entry.type !== "null" ? entry.text : undefined;
}
