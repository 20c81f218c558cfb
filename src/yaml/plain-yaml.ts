import {
  compact,
  EmptyData,
  type YamlEntry,
  type YamlList,
  type YamlMap,
  type YamlNode,
  type YamlScalar,
} from "./yaml-node";

/**
 * Reads the simple YAML of most files in a fraction of the library's time: mappings and lists in blocks, or in
 * brackets on one line, of plain and simply quoted texts in ASCII, and comments. `undefined` for anything else, valid
 * or not: then the YAML library reads it and reports the errors. The nodes are exactly those that the library would
 * give, including their offsets.
 */
export function readPlainYaml(text: string): YamlMap | undefined {
  if (!READABLE.test(text)) return undefined;
  try {
    return new PlainReader(text).document();
  } catch (error) {
    if (error instanceof NotPlain) return undefined;
    throw error;
  }
}

class NotPlain extends Error {}

/** No tab, no carriage return, no other control character. Comments may have characters beyond ASCII. */
const READABLE = /^[\n -~\u00a0-\uffff]*$/;

const DEEPEST = 20;
const KEY = /[A-Za-z0-9_][A-Za-z0-9_./-]{0,200}:(?: +|(?=\n))/y;
const FLOW_KEY = /[A-Za-z0-9_][A-Za-z0-9_./-]{0,200}: +/y;
/** A plain text. It excludes a colon, a comma or a blank that would end it or begin something else. */
const PLAIN = /[A-Za-z0-9_/](?:[\w./%@+=(),-]|:(?=[\w/])| (?=[\w./%@+=(]))*/y;
const FLOW_PLAIN = /[A-Za-z0-9_/](?:[\w./%@+=()-]|:(?=[\w/])| (?=[\w./%@+=(]))*/y;
/** Without an escape. */
const QUOTED = /"[ !#-[\]-~]*"|'[ -&(-~]*'(?!')/y;
const END_OF_LINE = /(?: +#[^\n]*)?(?:\n|$)/y;

class PlainReader {
  readonly #text: string;
  /** Offset of the next character: the first one of a line, or the rest of a line. */
  #at = 0;
  /** The indentation of that line; `-1` at the end of the text. */
  #indent = 0;
  /** Offset of the end of the last value's line. */
  #end = 0;
  #depth = 0;

  constructor(text: string) {
    this.#text = text;
  }

  document(): YamlMap {
    this.#nextLine(0);
    if (this.#indent !== 0) throw new NotPlain();
    const root = this.#map(0);
    if (this.#at < this.#text.length) throw new NotPlain();
    return root;
  }

  /** Reads a block mapping; its first key comes next. */
  #map(indent: number): YamlMap {
    const start = this.#at;
    const entries = new Map<string, YamlEntry>();
    const data = new EmptyData();
    this.#enter();
    do {
      const keyStart = this.#at;
      const key = this.#key(KEY);
      this.#add(entries, data, key, { keyStart, value: this.#valueOfKey(indent) });
    } while (this.#indent === indent);
    return this.#leave(indent, { kind: "map", entries: compact(entries), data, start, end: this.#end });
  }

  #list(indent: number): YamlList {
    const start = this.#at;
    const items: YamlNode[] = [];
    this.#enter();
    do {
      if (!this.#text.startsWith("- ", this.#at)) throw new NotPlain();
      this.#at += 2;
      this.#indent = indent + 2;
      items.push(this.#looksAt(KEY) ? this.#map(this.#indent) : this.#line(PLAIN));
    } while (this.#indent === indent);
    const data = items.map((item) => item.data);
    return this.#leave(indent, { kind: "list", items, data, start, end: this.#end });
  }

  #valueOfKey(indent: number): YamlNode {
    if (this.#text[this.#at] !== "\n") return this.#line(PLAIN);
    this.#nextLine(this.#at + 1);
    if (this.#indent <= indent) throw new NotPlain();
    return this.#text[this.#at] === "-" ? this.#list(this.#indent) : this.#map(this.#indent);
  }

  /** Reads the value at the end of a line. */
  #line(plain: RegExp): YamlNode {
    const value = this.#value(plain);
    if (this.#text[this.#at] === "\n") this.#at += 1;
    else this.#pass(END_OF_LINE);
    this.#end = this.#at;
    this.#nextLine(this.#at);
    return value;
  }

  #value(plain: RegExp): YamlNode {
    const first = this.#text[this.#at];
    if (first === "{") return this.#flowMap();
    if (first === "[") return this.#flowList();
    const start = this.#at;
    if (first !== '"' && first !== "'") return scalar(this.#take(plain), start);
    const text = this.#take(QUOTED).slice(1, -1);
    return { kind: "scalar", data: text, text, start, end: this.#at };
  }

  #flowMap(): YamlMap {
    const start = this.#at;
    const entries = new Map<string, YamlEntry>();
    const data = new EmptyData();
    this.#each("}", () => {
      const keyStart = this.#at;
      const key = this.#key(FLOW_KEY);
      this.#add(entries, data, key, { keyStart, value: this.#value(FLOW_PLAIN) });
    });
    return { kind: "map", entries: compact(entries), data, start, end: this.#at };
  }

  #flowList(): YamlList {
    const start = this.#at;
    const items: YamlNode[] = [];
    this.#each("]", () => items.push(this.#value(FLOW_PLAIN)));
    return { kind: "list", items, data: items.map((item) => item.data), start, end: this.#at };
  }

  /** Reads items between commas, up to a bracket. */
  #each(bracket: string, read: () => void): void {
    this.#enter();
    this.#at += 1;
    this.#at = skipSpaces(this.#text, this.#at);
    if (this.#text[this.#at] !== bracket) this.#eachOfSome(read);
    if (this.#text[this.#at] !== bracket) throw new NotPlain();
    this.#at += 1;
    this.#depth -= 1;
  }

  #eachOfSome(read: () => void): void {
    read();
    this.#at = skipSpaces(this.#text, this.#at);
    while (this.#text[this.#at] === ",") {
      this.#at += 1;
      this.#at = skipSpaces(this.#text, this.#at);
      read();
      this.#at = skipSpaces(this.#text, this.#at);
    }
  }

  #add(entries: Map<string, YamlEntry>, data: Record<string, unknown>, key: string, entry: YamlEntry): void {
    if (entries.has(key)) throw new NotPlain();
    entries.set(key, entry);
    data[key] = entry.value.data;
  }

  #enter(): void {
    this.#depth += 1;
    if (this.#depth > DEEPEST) throw new NotPlain();
  }

  #leave<T extends YamlNode>(indent: number, node: T): T {
    if (this.#indent > indent) throw new NotPlain();
    this.#depth -= 1;
    return node;
  }

  /** Goes to the next line that has more than a comment. The end of a block may include the comments after it. */
  #nextLine(from: number): void {
    const text = this.#text;
    let lineStart = from;
    this.#at = skipSpaces(text, from);
    while (text[this.#at] === "#" || text[this.#at] === "\n") {
      const feed = text.indexOf("\n", this.#at);
      if (feed === -1) throw new NotPlain();
      lineStart = feed + 1;
      this.#at = skipSpaces(text, lineStart);
    }
    const indent = this.#at === text.length ? -1 : this.#at - lineStart;
    if (lineStart !== from && indent < this.#indent) throw new NotPlain();
    this.#indent = indent;
  }

  #key(pattern: RegExp): string {
    const start = this.#at;
    this.#pass(pattern);
    return this.#text.slice(start, this.#text.indexOf(":", start));
  }

  #take(pattern: RegExp): string {
    const start = this.#at;
    this.#pass(pattern);
    return this.#text.slice(start, this.#at);
  }

  #pass(pattern: RegExp): void {
    if (!this.#looksAt(pattern)) throw new NotPlain();
    this.#at = pattern.lastIndex;
  }

  #looksAt(pattern: RegExp): boolean {
    pattern.lastIndex = this.#at;
    return pattern.test(this.#text);
  }
}

function skipSpaces(text: string, from: number): number {
  let at = from;
  while (text[at] === " ") at += 1;
  return at;
}

const TRUTHS = new Set(["true", "True", "TRUE"]);
const WORDS = new Set([...TRUTHS, "false", "False", "FALSE"]);
const NULLS = new Set(["null", "Null", "NULL"]);

function scalar(text: string, start: number): YamlScalar {
  return { kind: "scalar", data: dataOf(text), text, start, end: start + text.length };
}

/** The value of a plain text in YAML's core schema. */
function dataOf(text: string): YamlScalar["data"] {
  if (WORDS.has(text)) return TRUTHS.has(text);
  if (NULLS.has(text)) return null;
  if (/^[A-Za-z_/]/.test(text)) return text;
  if (/^(?:0|[1-9]\d{0,14})$/.test(text)) return Number(text);
  // No number has one of these characters; the library decides about everything else.
  if (/[g-np-wyzG-NP-WYZ_%@:/]/.test(text)) return text;
  throw new NotPlain();
}
