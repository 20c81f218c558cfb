import type { Drawing, DrawnNode } from "../graph/drawing";

/** Where a box stands, in the units of the drawing. */
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

/** Lays a drawing out from left to right: what is below a box stands to its right, and the box in the middle of that. */
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

/** Each box below the first one that leads to it. Managers that are declared below each other end in no circle. */
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
