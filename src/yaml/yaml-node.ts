/**
 * One YAML document as the rest of the code sees it: aliases are resolved to shared nodes, and every node has its
 * position. `data` is the same thing as plain values, for the schema.
 */
export type YamlNode = YamlScalar | YamlMap | YamlList;

interface Placed {
  /** Offsets of its first character and of the one after its last. */
  readonly start: number;
  readonly end: number;
}

export interface YamlScalar extends Placed {
  readonly kind: "scalar";
  readonly data: string | number | boolean | null;
  /** As written: `007` for a plain 007, where `data` is 7. */
  readonly text: string;
  /** The environment variable that it comes from; its position is then that of the name. */
  readonly variable?: string;
}

export interface YamlMap extends Placed {
  readonly kind: "map";
  readonly entries: ReadonlyMap<string, YamlEntry>;
  /** Without a prototype, so that `__proto__` is a key like any other. */
  readonly data: Readonly<Record<string, unknown>>;
}

export interface YamlEntry {
  readonly keyStart: number;
  readonly value: YamlNode;
}

/** An empty `data` of a mapping, which inherits nothing. `Object.create(null)` would take several times the memory. */
export class EmptyData {
  [key: string]: unknown;
}
Object.setPrototypeOf(EmptyData.prototype, null);
Reflect.deleteProperty(EmptyData.prototype, "constructor");

/** The entries of a mapping with one key, as `{ env: NAME }`: in a fourth of the memory of a `Map`. */
class OneEntry implements ReadonlyMap<string, YamlEntry> {
  readonly #key: string;
  readonly #keyStart: number;
  readonly #value: YamlNode;

  constructor(key: string, { keyStart, value }: YamlEntry) {
    this.#key = key;
    this.#keyStart = keyStart;
    this.#value = value;
  }

  get size(): number {
    return 1;
  }

  has(key: string): boolean {
    return key === this.#key;
  }

  get(key: string): YamlEntry | undefined {
    return key === this.#key ? this.#entry() : undefined;
  }

  forEach(use: (entry: YamlEntry, key: string, entries: ReadonlyMap<string, YamlEntry>) => void): void {
    use(this.#entry(), this.#key, this);
  }

  entries(): MapIterator<[string, YamlEntry]> {
    return [[this.#key, this.#entry()] as [string, YamlEntry]].values();
  }

  keys(): MapIterator<string> {
    return [this.#key].values();
  }

  values(): MapIterator<YamlEntry> {
    return [this.#entry()].values();
  }

  [Symbol.iterator](): MapIterator<[string, YamlEntry]> {
    return this.entries();
  }

  #entry(): YamlEntry {
    return { keyStart: this.#keyStart, value: this.#value };
  }
}

/** The same entries, in little memory: a file may have hundreds of thousands of mappings. */
export function compact(entries: ReadonlyMap<string, YamlEntry>): YamlMap["entries"] {
  for (const [key, entry] of entries.size === 1 ? entries : []) return new OneEntry(key, entry);
  return entries;
}

export interface YamlList extends Placed {
  readonly kind: "list";
  readonly items: readonly YamlNode[];
  readonly data: readonly unknown[];
}

/** The key of `{ host:imm }`, which YAML reads as one long key. What follows the colon may be a secret. */
export function keyWithoutBlank(key: string): string | undefined {
  return /^([^:\s]+):\S/.exec(key)?.[1];
}

/** A key for the author's own use, such as a block that aliases share. Nothing below it is checked. */
export function isExtensionKey(key: string): boolean {
  return key.startsWith("x-");
}

/** The node at a path of keys and indexes, or the last one on the way that exists. */
export function nodeAt(root: YamlNode, path: readonly string[]): YamlNode {
  let node = root;
  for (const step of path) {
    const next = child(node, step);
    if (next === undefined) return node;
    node = next;
  }
  return node;
}

/** The value under a key of a map; `undefined` for anything else. */
export function child(node: YamlNode | undefined, step: string): YamlNode | undefined {
  if (node?.kind === "map") return node.entries.get(step)?.value;
  if (node?.kind === "list") return node.items[Number(step)];
  return undefined;
}

/** The text of a scalar; its data if that is a string, with escapes decoded and lines unfolded. */
export function textOf(node: YamlNode | undefined): string {
  if (node?.kind !== "scalar") return "";
  return typeof node.data === "string" ? node.data : node.text;
}

/** Offset of a key in a map, or of the map without it. */
export function keyStartOf(node: YamlNode, name: string): number {
  return (node.kind === "map" ? node.entries.get(name)?.keyStart : undefined) ?? node.start;
}

/** The value under a key that the schema requires. */
export function required(node: YamlNode, name: string): YamlNode {
  const value = child(node, name);
  if (value === undefined) throw new Error(`the schema let a document without ${name} pass`);
  return value;
}

export function requiredMap(node: YamlNode, name: string): YamlMap {
  const value = child(node, name);
  if (value?.kind !== "map") throw new Error(`the schema let a document without a mapping ${name} pass`);
  return value;
}

export function itemsOf(node: YamlNode | undefined): readonly YamlNode[] {
  return node?.kind === "list" ? node.items : [];
}

export function entriesOf(node: YamlNode | undefined): YamlMap["entries"] {
  return node?.kind === "map" ? node.entries : new Map();
}

/** Offset of the value under a key, or of the node without it. */
export function startOf(node: YamlNode, name: string): number {
  return child(node, name)?.start ?? node.start;
}
