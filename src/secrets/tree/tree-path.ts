import type { Tree } from "./tree";

/** A step into a document: a key of a map, or an index of a list. */
export type Step = string | number;

const STEP = /\.?"((?:[^"\\]|\\.)*)"|\.?'([^']*)'|\[(\d+)\]|\[("(?:[^"\\]|\\.)*")\]|\.?([^.[\]"']+)/y;
const MOST_KEYS_SHOWN = 10;

/**
 * The steps of `smtp.password`, `databases[0].password` and `"web01.example".password`: keys with a dot, a bracket or
 * a quote are in quotes. `undefined` for anything else.
 */
export function parseTreePath(path: string): Step[] | undefined {
  const steps: Step[] = [];
  let offset = 0;
  while (offset < path.length) {
    STEP.lastIndex = offset;
    const match = STEP.exec(path);
    if (match === null) return undefined;
    const [whole, double, single, index, bracketed, plain] = match;
    // One dot separates two keys; there is none before the first key or an index.
    if (index === undefined && bracketed === undefined && whole.startsWith(".") === (offset === 0))
      return undefined;
    if (index !== undefined) steps.push(Number(index));
    else if (double !== undefined) steps.push(unescaped(double));
    else if (bracketed !== undefined) steps.push(unescaped(bracketed.slice(1, -1)));
    else steps.push(single ?? plain ?? "");
    offset = STEP.lastIndex;
  }
  return steps.length === 0 ? undefined : steps;
}

export type Lookup =
  | { readonly node: Tree }
  /** Why there is nothing, as the end of a sentence that names the file. It may show keys, never values. */
  | { readonly missing: string };

/** The node at the end of the steps. An index may also be written as a key: `databases.0.password`. */
export function lookUp(tree: Tree, steps: readonly Step[]): Lookup {
  let node = tree;
  for (const [depth, step] of steps.entries()) {
    const where = depth === 0 ? "at its top" : `at \`${shown(steps.slice(0, depth))}\``;
    if (node.kind === "leaf") return { missing: `it holds a single value ${where}, nothing below` };
    const next =
      node.kind === "map"
        ? node.entries.get(String(step))
        : /^\d+$/.test(`${step}`)
          ? node.items[Number(step)]
          : undefined;
    if (next === undefined) return { missing: `it has no \`${shown([step])}\` ${where}: ${inventory(node)}` };
    node = next;
  }
  return { node: node };
}

function inventory(node: Exclude<Tree, { kind: "leaf" }>): string {
  if (node.kind === "list") return `there is a list of ${node.items.length}`;
  const keys = [...node.entries.keys()];
  if (keys.length === 0) return "there is nothing";
  const more = keys.length > MOST_KEYS_SHOWN ? ` and ${keys.length - MOST_KEYS_SHOWN} more` : "";
  return `there are ${keys.slice(0, MOST_KEYS_SHOWN).join(", ")}${more}`;
}

function shown(steps: readonly Step[]): string {
  const texts = steps.map((step) =>
    typeof step === "number" ? `[${step}]` : /[.[\]"']/.test(step) ? `.${JSON.stringify(step)}` : `.${step}`,
  );
  return texts.join("").replace(/^\./, "");
}

function unescaped(text: string): string {
  return text.replace(/\\(.)/g, "$1");
}
