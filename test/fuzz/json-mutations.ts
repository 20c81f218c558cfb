import * as fc from "fast-check";

/** What may stand in the place of any value of a JSON document. */
const strays: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    true,
    0,
    -1,
    1.5,
    1e300,
    Number.MAX_SAFE_INTEGER + 1,
    "",
    "x",
    "\0",
    "\ud800",
    "__proto__",
    "x".repeat(5000),
    [],
    {},
    [null],
    [[]],
  ),
  fc.constantFrom(50, 400).map((depth) => nested(depth)),
  fc.jsonValue({ maxDepth: 2 }),
);

export interface Swap {
  /** Which of the document's values, counted through all of them in order; taken modulo their number. */
  readonly index: number;
  readonly how: "replace" | "drop" | "rename" | "double";
  readonly stray: unknown;
}

export const swap: fc.Arbitrary<Swap> = fc.record({
  index: fc.nat(10_000),
  how: fc.constantFrom("replace", "replace", "drop", "rename", "double"),
  stray: strays,
});

/** A copy of a JSON document, still JSON, in which some values are replaced, dropped, renamed or said twice. */
export function swapped(document: unknown, swaps: readonly Swap[]): unknown {
  return swaps.reduce((before, each) => {
    const places = countPlaces(before);
    return places === 0 ? each.stray : replace(before, { ...each, left: each.index % places });
  }, document);
}

function replace(value: unknown, target: Swap & { left: number }): unknown {
  if (Array.isArray(value)) return value.flatMap((item) => replaceItem(item, target).map(([, each]) => each));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, item]) =>
      replaceItem(item, target).map(([prefix, each]) => [`${prefix}${name}`, each] as const),
    ),
  );
}

/** What takes the place of one item: nothing, one or two, each with what comes before its name. */
function replaceItem(item: unknown, target: Swap & { left: number }): (readonly [string, unknown])[] {
  if (target.left-- !== 0) return [["", replace(item, target)]];
  switch (target.how) {
    case "replace":
      return [["", target.stray]];
    case "drop":
      return [];
    case "rename":
      return [["_", item]];
    case "double":
      return [
        ["", item],
        ["_", item],
      ];
  }
}

function countPlaces(value: unknown): number {
  if (typeof value !== "object" || value === null) return 0;
  return Object.values(value).reduce((sum: number, each) => sum + 1 + countPlaces(each), 0);
}

function nested(depth: number): unknown {
  let value: unknown = 0;
  for (let level = 0; level < depth; level += 1) value = level % 2 === 0 ? [value] : { a: value };
  return value;
}
