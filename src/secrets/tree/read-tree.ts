import { isAlias, isMap, isScalar, isSeq, type ParsedNode, parseAllDocuments, Scalar } from "yaml";
import type { Leaf, Tree } from "./tree";

/** Deeper than any file of secrets, and shallow enough for recursion. */
const MOST_DEPTH = 100;

/**
 * The documents of a YAML text; `undefined` if it is not YAML, or has features that no file of secrets needs
 * (aliases, custom tags).
 */
export function readYaml(text: string): Tree[] | undefined {
  try {
    const documents = parseAllDocuments(text, {
      version: "1.2",
      // Every scalar stays a text; `scalarType` gives its type.
      schema: "failsafe",
      stringKeys: true,
      // The library compares each key with every other; `convert` has a faster check.
      uniqueKeys: false,
      prettyErrors: false,
      logLevel: "silent",
    });
    if (!Array.isArray(documents)) return [];
    return documents.map((document) => {
      if (document.errors.length > 0) throw new Error("not YAML");
      return convert(document.contents as ParsedNode | null, 0);
    });
  } catch {
    // An error of the parser contains an excerpt of the text.
    return undefined;
  }
}

/** The tree of a JSON text; `undefined` if it is not JSON. */
export function readJson(text: string): Tree | undefined {
  try {
    JSON.parse(text);
  } catch {
    return undefined;
  }
  // JSON is also YAML, and the YAML parser keeps the order of keys and the text of numbers.
  return readYaml(text)?.[0];
}

function convert(node: ParsedNode | null, depth: number): Tree {
  if (depth > MOST_DEPTH || isAlias(node)) throw new Error("not read here");
  if (isMap(node)) {
    const entries = new Map<string, Tree>();
    for (const { key, value } of node.items) {
      if (!isScalar(key)) throw new Error("a key that is no scalar");
      const name = String(key.value);
      if (entries.has(name)) throw new Error("the same key twice");
      entries.set(name, convert(value as ParsedNode | null, depth + 1));
    }
    return { kind: "map", entries };
  }
  if (isSeq(node)) {
    return { kind: "list", items: node.items.map((item) => convert(item as ParsedNode, depth + 1)) };
  }
  return isScalar(node) ? leaf(node) : { kind: "leaf", type: "null", text: "" };
}

function leaf(node: Scalar): Leaf {
  const text = String(node.value ?? "");
  const isPlain = node.type === Scalar.PLAIN && node.tag === undefined;
  const tagged = node.tag?.replace("tag:yaml.org,2002:", "");
  const type = isPlain ? scalarType(text) : (tags[tagged ?? "str"] ?? "text");
  return { kind: "leaf", type, text };
}

const tags: Readonly<Record<string, Leaf["type"]>> = {
  str: "text",
  int: "int",
  float: "float",
  bool: "bool",
  null: "null",
  timestamp: "time",
};

/** The type of a plain scalar, as in the YAML library of SOPS. */
function scalarType(text: string): Leaf["type"] {
  if (/^(~|null|Null|NULL|)$/.test(text)) return "null";
  if (/^(true|True|TRUE|false|False|FALSE)$/.test(text)) return "bool";
  if (/^[-+]?(0b[01_]+|0o?[0-7_]+|0x[\da-fA-F_]+|[1-9][\d_]*|0)$/.test(text)) return "int";
  if (/^[-+]?(\.\d+|\d+(\.\d*)?)([eE][-+]?\d+)?$/.test(text)) return "float";
  if (/^[-+]?\.(inf|Inf|INF)$|^\.(nan|NaN|NAN)$/.test(text)) return "float";
  return /^\d{4}-\d{1,2}-\d{1,2}([Tt ]\d{1,2}:\d{1,2}:\d{1,2}(\.\d+)?\s*(Z|[-+]\d{1,2}(:\d{2})?)?)?$/.test(
    text,
  )
    ? "time"
    : "text";
}
