import type { YamlNode } from "./yaml-node";

/** Size and depth of a node with all its aliases expanded. */
export interface Extent {
  readonly size: number;
  readonly depth: number;
}

const LEAF: Extent = { size: 1, depth: 1 };

export class Extents {
  readonly #known = new WeakMap<YamlNode, Extent>();

  of(node: YamlNode): Extent {
    return this.#known.get(node) ?? LEAF;
  }

  measure(node: YamlNode, children: readonly YamlNode[]): Extent {
    let [size, depth] = [1, 0];
    for (const child of children) {
      const extent = this.of(child);
      size += extent.size;
      depth = Math.max(depth, extent.depth);
    }
    const extent = { size, depth: depth + 1 };
    this.#known.set(node, extent);
    return extent;
  }
}
