import type { Topology } from "../../model/topology";
import { type Detail, type DrawnNode, fittingDrawing } from "../graph/drawing";
import { BOX_WIDTH, type Box, LINE_HEIGHT, layOut } from "./layout";
import { html, type Markup } from "./markup";

/** As many boxes as a reader can take in, and as fit on a few sheets of paper. */
const MOST_BOXES = 45;

/** Characters in a box, at most. */
const name = 30;

/** Tried in this order. */
const details: readonly Detail[] = [
  { managers: 45, lowerManagers: 30, agents: 10, name },
  { managers: 20, lowerManagers: 10, agents: 5, name },
  { managers: 10, lowerManagers: 5, agents: 3, name },
  { managers: 6, lowerManagers: 3, agents: 2, name },
  { managers: 4, lowerManagers: 2, agents: 1, name },
];

/** The topology as an SVG picture, with what changes marked. Its colours are the page's. */
export function topologyDrawing(topology: Topology): Markup {
  const fits = (drawing: { readonly nodes: readonly DrawnNode[] }) => drawing.nodes.length <= MOST_BOXES;
  const { nodes, edges } = fittingDrawing(topology, details, fits);
  const { boxes, width, height } = layOut({ nodes: nodes.map(broken), edges });
  const lines = edges.map(([from, to]) => edge(boxes.get(from), boxes.get(to)));
  return html`<svg class="drawing" role="img" aria-labelledby="topology-title" width="${width + 2}" height="${height + 2}" viewBox="-1 -1 ${width + 2} ${height + 2}"><title id="topology-title">${titleOf(nodes)}</title>
${lines}
${[...boxes.values()].map(boxPicture)}</svg>`;
}

/** Breaks the lines of a box that describes the rest: they are longer than a name. */
function broken(node: DrawnNode): DrawnNode {
  return node.shape === "more" ? { ...node, lines: node.lines.flatMap((line) => line.split(", ")) } : node;
}

/** The picture in words, for people who cannot see it; the counts and the list of changes have the rest. */
function titleOf(nodes: readonly DrawnNode[]): string {
  const texts = nodes.map(({ shape, lines }) => `${shapeWords[shape]}${lines.join(" ")}`);
  return `Managers, lower managers, agents and clients: ${texts.join("; ")}`;
}

const shapeWords: Readonly<Record<DrawnNode["shape"], string>> = {
  manager: "manager ",
  "lower-manager": "lower manager ",
  agent: "agent ",
  selector: "selector ",
  clients: "",
  more: "",
};

function edge(from: Box | undefined, to: Box | undefined): Markup {
  if (from === undefined || to === undefined) return html``;
  const [x1, y1] = [from.x + BOX_WIDTH, from.y + from.height / 2];
  const [x2, y2] = [to.x, to.y + to.height / 2];
  const bend = (x1 + x2) / 2;
  return html`<path class="edge" d="M${x1} ${y1}C${bend} ${y1} ${bend} ${y2} ${x2} ${y2}"/>`;
}

/** A nested SVG clips a name of wide characters at the box. */
function boxPicture({ node: { shape, lines, mark }, x, y, height }: Box): Markup {
  const texts = lines.map(
    (line, index) =>
      html`<text x="12" y="${(index + 1) * LINE_HEIGHT + 2}"${index === 0 ? html` class="name"` : ""}>${line}</text>`,
  );
  const corner = corners[shape] ?? 4;
  return html`<svg class="box ${shape} ${mark ?? "same"}" x="${x}" y="${y}" width="${BOX_WIDTH}" height="${height}"><rect x="1" y="1" width="${BOX_WIDTH - 2}" height="${height - 2}" rx="${corner}"/>${texts}</svg>`;
}

const corners: Partial<Readonly<Record<DrawnNode["shape"], number>>> = { manager: 0, agent: 14, clients: 14 };
