import type { Tree } from "./tree";

/** A document read from JSON as JSON again: numbers stay as they were written, however long they are. */
export function writeJson(tree: Tree): string {
  if (tree.kind === "list") return `[${tree.items.map(writeJson).join(",")}]`;
  if (tree.kind === "map") {
    const entries = Array.from(tree.entries, ([key, value]) => `${JSON.stringify(key)}:${writeJson(value)}`);
    return `{${entries.join(",")}}`;
  }
  if (tree.type === "null") return "null";
  return tree.type === "text" ? JSON.stringify(tree.text) : tree.text;
}
