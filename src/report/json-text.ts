import { visibleJson } from "../model/visible";

/** Levels that are broken into lines; deeper values are on one line each, so that a long list stays greppable. */
const BROKEN_LEVELS = 2;

/**
 * A document as JSON text, in pieces: a plan of a million changes is longer than the longest string.
 * Ends with a line break.
 */
export function* jsonText(document: object): Generator<string> {
  yield* pieces(document, 0);
  yield "\n";
}

function* pieces(value: unknown, level: number): Generator<string> {
  const isContainer = typeof value === "object" && value !== null;
  if (!isContainer || level > BROKEN_LEVELS || isEmpty(value)) {
    yield jsonOf(value);
    return;
  }
  const indent = "  ".repeat(level + 1);
  const isArray = Array.isArray(value);
  const entries: Iterable<readonly [string, unknown]> = isArray
    ? arrayEntries(value)
    : Object.entries(value).filter(([, entry]) => entry !== undefined);
  let separator = isArray ? "[\n" : "{\n";
  for (const [key, entry] of entries) {
    yield `${separator}${indent}${isArray ? "" : `${jsonOf(key)}: `}`;
    yield* pieces(entry, isArray ? BROKEN_LEVELS + 1 : level + 1);
    separator = ",\n";
  }
  const close = isArray ? "]" : "}";
  yield separator === ",\n" ? `\n${"  ".repeat(level)}${close}` : `${separator.trim()}${close}`;
}

/** Names keep their meaning, and cannot control a terminal or a CI system. */
function jsonOf(value: unknown): string {
  return visibleJson(JSON.stringify(value));
}

function* arrayEntries(items: readonly unknown[]): Generator<readonly [string, unknown]> {
  for (const item of items) yield ["", item];
}

function isEmpty(value: object): boolean {
  return Array.isArray(value) ? value.length === 0 : Object.keys(value).length === 0;
}
