import type { SourcePosition } from "../model/diagnostic";
import { allKinds } from "../model/kind-names";

const EXCERPT_WIDTH = 100;
/** Indentation and a key that cannot be a secret. Permits a full-width colon and characters that look like a blank. */
const OWN_KEY = new RegExp(
  `^[\\s-]{0,100}(?:${[
    ...["url", "auth", "user", "password", "proxy", "secrets", "deliverTo", "issueOn", "policy", "host"],
    ...allKinds.map(({ key }) => key),
  ].join("|")})[:\\uff1a]\\s{0,10}`,
);

/** One input's text, with its lines: offsets become positions, and positions become excerpts. */
export class SourceText {
  /** The path as the user wrote it, or `<stdin>`. */
  readonly file: string;
  /** Absolute folder that relative paths in the text start from. */
  readonly folder: string;
  readonly text: string;
  readonly #lineStarts: number[] = [0];
  /** Lines that may hold a secret: they are never shown. */
  readonly #hidden = new Set<number>();

  constructor(input: { readonly file: string; readonly folder: string; readonly text: string }) {
    this.file = input.file;
    this.folder = input.folder;
    this.text = input.text;
    for (let at = input.text.indexOf("\n"); at >= 0; at = input.text.indexOf("\n", at + 1)) {
      this.#lineStarts.push(at + 1);
    }
  }

  /** Columns count UTF-16 units, as editors do. */
  position(offset: number): SourcePosition {
    const line = this.#lineOf(offset);
    return { file: this.file, line, column: offset - (this.#lineStarts[line - 1] ?? 0) + 1 };
  }

  /** Hides every line that `start` up to, and not including, `end` touches. */
  hide(start: number, end: number): void {
    const last = this.#lineOf(Math.max(start, end - 1));
    for (let line = this.#lineOf(start); line <= last; line++) this.#hidden.add(line);
  }

  /**
   * The line of a position with a caret under it. Of a line that may hold a secret, only the part before the value of
   * one of our own keys; `undefined` if the position is outside of that part.
   */
  excerpt(position: SourcePosition): string | undefined {
    if (this.#hidden.has(position.line)) return this.#excerptOfKey(position);
    const start = this.#lineStarts[position.line - 1];
    if (start === undefined) return undefined;
    const end = this.#lineStarts[position.line] ?? this.text.length;
    // A line can have millions of characters: only a window around the caret is cut out.
    const from = Math.max(0, position.column - 1 - EXCERPT_WIDTH / 2);
    const window = this.text.slice(start + from, Math.min(end, start + from + EXCERPT_WIDTH));
    if (window.trim() === "") return undefined;
    const label = `${position.line} | `;
    const caret = " ".repeat(position.column - 1 - from);
    return `${label}${showable(window)}\n${" ".repeat(label.length - 2)}| ${caret}^`;
  }

  #excerptOfKey({ line, column }: SourcePosition): string | undefined {
    const key = this.ownKey(line);
    if (column > key.length) return undefined;
    const label = `${line} | `;
    return `${label}${showable(key)}…\n${" ".repeat(label.length - 2)}| ${" ".repeat(column - 1)}^`;
  }

  /** The start of a line up to the value of one of our own keys; empty if the line has no such key. */
  ownKey(line: number): string {
    return OWN_KEY.exec(this.line(line))?.[0] ?? "";
  }

  /** The text of a line, counted from 1, without its end. */
  line(line: number): string {
    const start = this.#lineStarts[line - 1] ?? this.text.length;
    return this.text.slice(start, this.#lineStarts[line] ?? this.text.length).replace(/\r?\n$/, "");
  }

  #lineOf(offset: number): number {
    let low = 0;
    let high = this.#lineStarts.length;
    while (low + 1 < high) {
      const middle = (low + high) >> 1;
      if ((this.#lineStarts[middle] ?? 0) <= offset) low = middle;
      else high = middle;
    }
    return low + 1;
  }
}

/** Replaces, one for one, characters that would shift the caret or control a terminal. */
function showable(window: string): string {
  return window
    .replace(/[\r\n]+$/, "")
    .replace(/[\p{C}\p{Zl}\p{Zp}]/gu, (character) => " ".repeat(character.length));
}
