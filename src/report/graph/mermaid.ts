import type { Topology } from "../../model/topology";
import { type Detail, type Drawing, type DrawnNode, fittingDrawing } from "./drawing";

/** Mermaid's default limits are 50,000 characters and 500 edges. */
const MOST_CHARACTERS = 49_000;
const MOST_EDGES = 490;

/** Tried in this order, until the text is one that Mermaid draws. */
const details: readonly Detail[] = [
  { managers: 30, lowerManagers: 50, agents: 20, name: 80 },
  { managers: 30, lowerManagers: 50, agents: 5, name: 60 },
  { managers: 20, lowerManagers: 20, agents: 3, name: 40 },
  { managers: 10, lowerManagers: 5, agents: 2, name: 30 },
  { managers: 4, lowerManagers: 4, agents: 1, name: 20 },
];

/** The topology as a Mermaid flowchart, which GitHub and GitLab draw in a code block of Markdown. */
export function mermaidText(topology: Topology): string {
  const fits = (drawing: Drawing) =>
    drawing.edges.length <= MOST_EDGES && textOf(drawing).length <= MOST_CHARACTERS;
  return textOf(fittingDrawing(topology, details, fits));
}

function textOf({ nodes, edges }: Drawing): string {
  const marks = [...new Set(nodes.flatMap(({ mark }) => mark ?? []))];
  const lines = [
    "flowchart LR",
    ...nodes.map((node) => `  ${nodeText(node)}`),
    ...edges.map(([from, to]) => `  ${from} --> ${to}`),
    ...marks.map((mark) => `  classDef ${mark} ${styles[mark]}`),
  ];
  return `${lines.join("\n")}\n`;
}

function nodeText({ id, shape, lines, mark }: DrawnNode): string {
  const [open, close] = brackets[shape];
  const label = lines.map(escaped).join("<br/>");
  return `${id}${open}"${label}"${close}${mark === undefined ? "" : `:::${mark}`}`;
}

const brackets: Readonly<Record<DrawnNode["shape"], readonly [string, string]>> = {
  manager: ["[[", "]]"],
  "lower-manager": ["[", "]"],
  agent: ["(", ")"],
  selector: ["{{", "}}"],
  clients: ["([", "])"],
  more: [">", "]"],
};

/** Dark text on a light background, on light and dark pages. */
const styles = {
  create: "fill:#dafbe1,stroke:#1a7f37,color:#1f2328",
  update: "fill:#fff8c5,stroke:#9a6700,color:#1f2328",
  replace: "fill:#fbefff,stroke:#8250df,color:#1f2328",
  delete: "fill:#ffebe9,stroke:#cf222e,color:#1f2328",
  deferred: "fill:#ddf4ff,stroke:#0969da,color:#1f2328,stroke-dasharray:2 2",
  open: "fill:#f6f8fa,stroke:#59636e,color:#1f2328,stroke-dasharray:4 3",
} as const;

/**
 * Writes everything but letters, digits and harmless characters as Mermaid's character codes: quotes and brackets end
 * a label, percent signs begin a directive, and labels may contain HTML and Markdown.
 */
function escaped(text: string): string {
  // Even from codes, `fa:fa-car` would become a picture of a car, and `$$x$$` a formula.
  const plain = text.replace(/:(?=fa-)/g, "\\x3a").replace(/\$(?=\$)/g, "\\x24");
  const codes = plain.replace(/[^\p{L}\p{N} .,/()\u2026-]/gu, (character) => `#${character.codePointAt(0)};`);
  // `- x` and `1. x` begin a list.
  return codes.replace(/^( *)(-|\d+[.)])(?= |$)/, (_all, indent, sign: string) => {
    const last = sign.charCodeAt(sign.length - 1);
    return `${indent}${sign.slice(0, -1)}#${last};`;
  });
}
