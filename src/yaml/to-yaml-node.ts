import { type Document, isAlias, isMap, isScalar, isSeq, type ParsedNode, Scalar, type YAMLMap } from "yaml";
import { type DiagnosticList, place } from "./diagnostic-list";
import { Extents } from "./extents";
import { hideLikelySecrets, hideScalars } from "./hidden-lines";
import { LONGEST_TEXT } from "./limits";
import { entriesToMerge, type MergeKey } from "./merge-keys";
import { quote, suggestion } from "./quote";
import type { SourceText } from "./source-text";
import {
  compact,
  EmptyData,
  type YamlEntry,
  type YamlList,
  type YamlMap,
  type YamlNode,
  type YamlScalar,
} from "./yaml-node";

/** Nodes that aliases may add to a document, with every alias expanded. */
const MOST_ALIASED = 4_000_000;
// Not \p{Cs}, which means the same: V8 takes long to build its set of characters.
const IMPOSSIBLE = /[\0\ud800-\udfff]/u;
const IN_TYPOGRAPHIC_QUOTES = /^[\u2018-\u201f][\s\S]*[\u2018-\u201f]$/;
/** Depth with every alias expanded. */
const MOST_DEPTH = 100;
const TAGS = new Set(
  ["str", "int", "float", "bool", "null", "map", "seq"].map((tag) => `tag:yaml.org,2002:${tag}`),
);

/**
 * A valid document of the YAML library as nodes of our own; `undefined` if something in it has no meaning here.
 * Aliases become shared nodes, so that a million uses of a block cost one block.
 */
export function toYamlNode(
  document: Document.Parsed,
  source: SourceText,
  diagnostics: DiagnosticList,
): YamlNode | undefined {
  if (document.directives.yaml.version !== "1.2") {
    const { version } = document.directives.yaml;
    diagnostics.add({
      code: "yaml-syntax",
      summary: `the document asks for YAML ${version}`,
      remedy: "remove its %YAML directive; YAML 1.2 is read",
      position: source.position(0),
    });
    return undefined;
  }
  const conversion = new Conversion(source, diagnostics);
  const node = conversion.convert(document.contents as ParsedNode);
  if (conversion.aliased > MOST_ALIASED) {
    diagnostics.add({
      code: "yaml-limits",
      summary: `aliases blow the document up by more than ${MOST_ALIASED} nodes`,
      remedy: "use a selector instead of many aliases, or split the file",
      position: source.position(node.start),
    });
  }
  if (conversion.usable && conversion.aliased <= MOST_ALIASED) return node;
  hideLikelySecrets(source);
  return undefined;
}

class Conversion {
  /** Nodes that aliases added, seen from the root. */
  aliased = 0;
  /** False once a diagnostic makes the tree unfit for further checks. */
  usable = true;
  readonly #source: SourceText;
  readonly #diagnostics: DiagnosticList;
  /** Anchors so far; `open` while the anchored node is being converted. */
  readonly #anchors = new Map<string, YamlNode | "open">();
  /** Placeholders for aliases without an anchor, which are reported already. */
  readonly #unknown = new WeakSet<YamlNode>();
  /** Extents of collections; everything else is a leaf. */
  readonly #extents = new Extents();

  constructor(source: SourceText, diagnostics: DiagnosticList) {
    this.#source = source;
    this.#diagnostics = diagnostics;
  }

  convert(node: ParsedNode | null, keyStart = 0): YamlNode {
    // A key alone in brackets has no value and no position for one.
    if (node === null) return { kind: "scalar", data: null, text: "", start: keyStart, end: keyStart };
    if (isAlias(node)) return this.#alias(node.source, node.range);
    if (node.anchor !== undefined) this.#anchors.set(node.anchor, "open");
    const converted = this.#convertTagged(node);
    if (node.anchor !== undefined) this.#anchors.set(node.anchor, converted);
    return converted;
  }

  #convertTagged(node: ParsedNode): YamlNode {
    const [start, end] = node.range;
    if (node.tag !== undefined && !TAGS.has(node.tag)) {
      // The types that tags can give a node, such as pairs or a set, have no meaning here.
      this.#add("yaml-syntax", "a tag that is not accepted", "remove the tag", start);
      return { kind: "scalar", data: null, text: "", start, end };
    }
    if (isMap(node)) return this.#map(node);
    return isSeq(node) ? this.#list(node) : this.#scalar(node as Scalar.Parsed);
  }

  #scalar(node: Scalar.Parsed): YamlScalar {
    const converted = scalar(node);
    const { start, end } = converted;
    if (end - start > LONGEST_TEXT) {
      const summary = `a text of ${end - start} characters; at most ${LONGEST_TEXT} are read`;
      this.#add("yaml-limits", summary, "look for a quote that is never closed", start);
      return { ...converted, data: null, text: "" };
    }
    this.#checkQuotes(node);
    if (typeof converted.data !== "string") return converted;
    const data = this.#possible(converted.data, converted.start);
    return data === converted.data ? converted : { ...converted, data, text: data };
  }

  /** YAML takes them as letters of an unquoted text, which then matches or names nothing. */
  #checkQuotes(node: Scalar.Parsed): void {
    if (node.type !== Scalar.PLAIN || !IN_TYPOGRAPHIC_QUOTES.test(node.source)) return;
    this.#diagnostics.add({
      code: "likely-mistake",
      summary: "the text is in typographic quotes, which YAML treats as part of the text",
      remedy:
        "replace them by straight quotes; where they are meant, put straight quotes around the text with them",
      position: this.#source.position(node.range[0]),
    });
  }

  /**
   * Reports and removes NUL and lone surrogates, which no system accepts in a name, path or value; YAML's escapes can
   * write them.
   */
  #possible(text: string, offset: number): string {
    const character = IMPOSSIBLE.exec(text)?.[0];
    if (character === undefined) return text;
    this.#diagnostics.add({
      code: "out-of-range",
      summary: `the text holds ${character === "\0" ? "a NUL character" : "half of a surrogate pair"}`,
      remedy: "remove its escape",
      position: this.#source.position(offset),
    });
    return text.replace(new RegExp(IMPOSSIBLE, "gu"), "");
  }

  #alias(name: string, [start, end]: readonly [number, number, number]): YamlNode {
    const target = this.#anchors.get(name);
    if (target !== undefined && target !== "open") {
      this.aliased += this.#extents.of(target).size;
      return target;
    }
    if (target === "open") {
      this.#add("yaml-limits", "an alias inside of what it refers to", "break the circle", start);
    } else {
      // The name is not shown: a password that begins with `*` is an alias, too.
      const meant = suggestion(name, [...this.#anchors.keys()])?.replace(/`(.+)`/, "`*$1`");
      const remedy = meant ?? "define `&name` above it, or quote the text";
      this.#add("yaml-syntax", "an alias without an anchor before it", remedy, start);
    }
    const unknown: YamlScalar = { kind: "scalar", data: null, text: "", start, end };
    this.#unknown.add(unknown);
    return unknown;
  }

  #map(node: YAMLMap.Parsed): YamlMap {
    const entries = new Map<string, YamlEntry>();
    const data = new EmptyData();
    let merge: MergeKey | undefined;
    for (const { key, value } of node.items) {
      const converted = this.convert(value, key?.range?.[0]);
      if (!isScalar(key) || typeof key.value !== "string") {
        this.#add(
          "yaml-syntax",
          "a key that is not a text",
          "use a text for the key",
          key?.range?.[0] ?? node.range[0],
        );
        continue;
      }
      const keyStart = key.range?.[0] ?? node.range[0];
      this.#checkQuotes(key as Scalar.Parsed);
      const name = this.#possible(key.value, keyStart);
      const isMerge = name === "<<" && key.type === Scalar.PLAIN;
      if (isMerge && merge === undefined) merge = { keyStart, value: converted };
      else if (isMerge) this.#checkDuplicate(name, merge, keyStart, converted);
      else if (entries.has(name)) this.#checkDuplicate(name, entries.get(name), keyStart, converted);
      else {
        entries.set(name, { keyStart, value: converted });
        data[name] = converted.data;
      }
    }
    // After the mapping's own keys, which win wherever `<<` is among them.
    if (merge !== undefined) this.#merge(merge, entries, data);
    const [start, end] = node.range;
    const map: YamlMap = { kind: "map", entries: compact(entries), data, start, end };
    this.#measure(
      map,
      Array.from(entries.values(), (entry) => entry.value),
    );
    return map;
  }

  #list(node: { items: readonly ParsedNode[]; range: readonly [number, number, number] }): YamlList {
    const items = node.items.map((item) => this.convert(item));
    const list: YamlList = {
      kind: "list",
      items,
      data: items.map((item) => item.data),
      start: node.range[0],
      end: node.range[1],
    };
    this.#measure(list, items);
    return list;
  }

  #measure(node: YamlNode, children: readonly YamlNode[]): void {
    const { depth } = this.#extents.measure(node, children);
    if (depth > MOST_DEPTH && this.usable) {
      this.#add(
        "yaml-limits",
        `aliases nest deeper than ${MOST_DEPTH} levels`,
        "refer to something flatter",
        node.start,
      );
    }
  }

  #merge(merge: MergeKey, entries: Map<string, YamlEntry>, data: Record<string, unknown>): void {
    // Each alias counts with everything that it stands for, so that the copies below are bounded, too.
    if (this.aliased > MOST_ALIASED) return;
    const merged = entriesToMerge(merge.value);
    if (merged === undefined) {
      const parts = merge.value.kind === "list" ? merge.value.items : [merge.value];
      if (parts.some((part) => this.#unknown.has(part))) return;
      hideScalars(merge.value, this.#source);
      this.#add(
        "yaml-syntax",
        "the merge key `<<` takes a mapping or a list of mappings",
        "refer to a mapping: `<<: *name`, or `<<: [*one, *other]`",
        merge.keyStart,
      );
      return;
    }
    for (const [name, entry] of merged) {
      // The unused value is not checked any further, so it may be a secret.
      if (entries.has(name)) hideScalars(entry.value, this.#source);
      else {
        entries.set(name, entry);
        data[name] = entry.value.data;
      }
    }
  }

  #checkDuplicate(key: string, first: YamlEntry | undefined, offset: number, value: YamlNode): void {
    // The second value is not checked any further, so it may be a secret.
    for (const node of [value, first?.value]) if (node) this.#source.hide(node.start, node.end);
    const other = first && this.#source.position(first.keyStart);
    // A key without a colon may be a secret in braces.
    const isBare = [value, first?.value].some((node) => node?.data === null && node.end === node.start);
    const shown = isBare ? "a key" : `the key ${quote(key)}`;
    this.#diagnostics.add({
      code: "duplicate-key",
      summary: `${shown} stands twice in one mapping${other ? `, first at ${place(other)}` : ""}`,
      remedy: key === "<<" ? "merge a list: `<<: [*one, *other]`" : "remove one of the two",
      position: this.#source.position(offset),
      other,
    });
  }

  #add(code: "yaml-syntax" | "yaml-limits", summary: string, remedy: string, offset: number): void {
    this.usable = false;
    this.#diagnostics.add({ code, summary, remedy, position: this.#source.position(offset) });
  }
}

function scalar(node: Scalar.Parsed): YamlScalar {
  const value = node.value;
  const isData = value === null || ["string", "number", "boolean"].includes(typeof value);
  const data = isData ? (value as YamlScalar["data"]) : String(value);
  const text = node.type === Scalar.PLAIN ? node.source : String(data);
  return { kind: "scalar", data, text, start: node.range[0], end: node.range[1] };
}
