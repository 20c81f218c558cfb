import type { Drawing, DrawnNode } from "../graph/drawing";

/** The position of a box, in the units of the drawing. */
export interface Box {
  readonly node: DrawnNode;
  readonly x: number;
  readonly y: number;
  readonly height: number;
}

export interface Layout {
  readonly boxes: ReadonlyMap<string, Box>;
  readonly width: number;
  readonly height: number;
}

export const BOX_WIDTH = 268;
export const LINE_HEIGHT = 17;
const PADDING = 14;
const COLUMN_GAP = 56;
const ROW_GAP = 10;

/** Lays out a drawing from left to right: the boxes below a box are to its right, and the box is centred on them. */
export function layOut({ nodes, edges }: Drawing): Layout {
  const below = treeOf(edges);
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const children = new Set([...below.values()].flat());
  const boxes = new Map<string, Box>();
  let bottom = 0;
  const place = (id: string, depth: number): Box | undefined => {
    const node = byId.get(id);
    if (node === undefined) return undefined;
    const height = node.lines.length * LINE_HEIGHT + PADDING;
    const top = bottom;
    const placed = (below.get(id) ?? []).flatMap((child) => place(child, depth + 1) ?? []);
    const [first, last] = [placed[0], placed.at(-1)];
    const middle = first && last ? (first.y + last.y + last.height) / 2 : top + height / 2;
    const box = { node, x: depth * (BOX_WIDTH + COLUMN_GAP), y: Math.max(top, middle - height / 2), height };
    bottom = Math.max(bottom, box.y + height + ROW_GAP);
    boxes.set(id, box);
    return box;
  };
  for (const { id } of nodes) if (!children.has(id)) place(id, 0);
  const width = Math.max(0, ...[...boxes.values()].map(({ x }) => x + BOX_WIDTH));
  return { boxes, width, height: Math.max(0, bottom - ROW_GAP) };
}

/**
 * Puts each box below the first one that leads to it, so that managers which are declared below each other cause no
 * cycle.
 */
function treeOf(edges: Drawing["edges"]): Map<string, string[]> {
  const parents = new Map<string, string>();
  const below = new Map<string, string[]>();
  for (const [from, to] of edges) {
    if (parents.has(to) || isBelow(from, to, parents)) continue;
    parents.set(to, from);
    below.set(from, [...(below.get(from) ?? []), to]);
  }
  return below;
}

function isBelow(id: string, above: string, parents: ReadonlyMap<string, string>): boolean {
  for (let at: string | undefined = id; at !== undefined; at = parents.get(at)) if (at === above) return true;
  return false;
}
