import type { Leaf, Tree } from "../tree/tree";

/** Deeper than any metadata of SOPS, and shallow enough for recursion. */
const MOST_STEPS = 20;

/**
 * A dotenv file as SOPS writes it: `KEY=VALUE` with nothing quoted and line breaks as `\n`. Its metadata are in keys
 * such as `sops_age__list_0__map_enc`, and become the entry `sops`. `undefined` if a line has another form. If every
 * line ends with CRLF, Git changed the line ends, because SOPS itself writes LF.
 */
export function readDotenv(text: string): Tree | undefined {
  const values = new Map<string, Tree>();
  const metadata: Branch = new Map();
  const lineEnd = /(^|[^\r])\n/.test(text) ? "\n" : "\r\n";
  for (const line of text.split(lineEnd)) {
    if (line === "" || line.startsWith("#")) continue;
    const equals = line.indexOf("=");
    const key = line.slice(0, equals);
    if (equals < 1 || values.has(key)) return undefined;
    const leaf: Leaf = { kind: "leaf", type: "text", text: line.slice(equals + 1).replaceAll("\\n", "\n") };
    if (!key.startsWith("sops_")) values.set(key, leaf);
    else {
      const steps = key.slice("sops_".length).split(/(?=__map_|__list_)/, MOST_STEPS + 1);
      if (steps.length > MOST_STEPS || !place(metadata, steps, leaf)) return undefined;
    }
  }
  if (metadata.size > 0) values.set("sops", branchToTree(metadata));
  return { kind: "map", entries: values };
}

type Branch = Map<string, Branch | Leaf>;

function place(branch: Branch, [first = "", ...rest]: readonly string[], leaf: Leaf): boolean {
  const child = branch.get(first);
  if (rest.length === 0) {
    branch.set(first, leaf);
    return child === undefined;
  }
  const next = child ?? new Map();
  branch.set(first, next);
  return next instanceof Map && place(next, rest, leaf);
}

function branchToTree(branch: Branch): Tree {
  const entries = Array.from(branch, ([key, value]) => {
    const [, marker, name = key] = /^__(map|list)_(.*)$/.exec(key) ?? [];
    return { isItem: marker === "list", name, tree: value instanceof Map ? branchToTree(value) : value };
  });
  if (entries.length > 0 && entries.every(({ isItem }) => isItem)) {
    entries.sort((a, b) => Number(a.name) - Number(b.name));
    return { kind: "list", items: entries.map(({ tree }) => tree) };
  }
  return { kind: "map", entries: new Map(entries.map(({ name, tree }) => [name, tree])) };
}
