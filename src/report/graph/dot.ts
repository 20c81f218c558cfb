import type { Marks, Topology } from "../../model/topology";
import { type Detail, type DrawnNode, fittingDrawing } from "./drawing";

/** Graphviz needs minutes for more. */
const MOST_EDGES = 1_500;

/** Tried in this order. */
const details: readonly Detail[] = [
  { managers: 200, lowerManagers: 100, agents: 50, name: 120 },
  { managers: 100, lowerManagers: 50, agents: 10, name: 120 },
  { managers: 50, lowerManagers: 20, agents: 3, name: 80 },
  { managers: 25, lowerManagers: 10, agents: 2, name: 80 },
];

/** The topology in Graphviz's DOT language. */
export function dotText(topology: Topology): string {
  const { nodes, edges } = fittingDrawing(topology, details, (drawing) => drawing.edges.length <= MOST_EDGES);
  const lines = [
    "digraph jp1im {",
    "  rankdir=LR;",
    '  node [fontname="sans-serif", fontsize=11, style=filled, fillcolor=white];',
    ...nodes.map((node) => `  ${nodeText(node)}`),
    ...edges.map(([from, to]) => `  ${from} -> ${to};`),
    "}",
  ];
  return `${lines.join("\n")}\n`;
}

function nodeText({ id, shape, lines, mark }: DrawnNode): string {
  const label = lines.map((line) => escaped(line)).join("\\n");
  const colours = mark === undefined ? "" : `, ${styles[mark]}`;
  return `${id} [label="${label}", shape=${shapes[shape]}${colours}];`;
}

const shapes: Readonly<Record<DrawnNode["shape"], string>> = {
  manager: "box3d",
  "lower-manager": "box",
  agent: "ellipse",
  selector: "hexagon",
  clients: "cylinder",
  more: "note",
};

const styles: Readonly<Record<keyof Marks, string>> = {
  create: 'fillcolor="#dafbe1", color="#1a7f37"',
  update: 'fillcolor="#fff8c5", color="#9a6700"',
  replace: 'fillcolor="#fbefff", color="#8250df"',
  delete: 'fillcolor="#ffebe9", color="#cf222e"',
  deferred: 'style="filled,dotted", fillcolor="#ddf4ff", color="#0969da"',
  open: 'style="filled,dashed", fillcolor="#f6f8fa", color="#59636e"',
};

/**
 * Escapes a quote, which would end the label, a backslash, which begins an escape (`\N` is the node's name), and an
 * ampersand, which begins an entity.
 */
function escaped(text: string): string {
  return text.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("&", "&amp;");
}
