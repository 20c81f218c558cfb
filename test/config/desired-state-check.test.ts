/** The quick check refuses what the validator refuses, and of the rest only what is not in ASCII. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { ValidateFunction } from "ajv";
import fc from "fast-check";
import { parse } from "yaml";
import { createAjv as createCheck } from "../../src/config/desired-state-check";
import { createAjv } from "../../src/config/desired-state-validator";
import { publishedSchema } from "../../src/config/published-schema";
import { randomSeed, runs } from "../effort";
import { properties } from "./schema-table";

const isValidQuickly = createCheck().getSchema("desired-state") as ValidateFunction;
const isValid = createAjv().getSchema("desired-state") as ValidateFunction;

const examples = ["first-steps", "disaster-recovery", "secrets-sops-age"].map((name) =>
  parse(readFileSync(join(__dirname, `../../examples/${name}/jp1im.yaml`), "utf8")),
);
const known = properties(publishedSchema());

const keys = fc.oneof(
  fc.constantFrom(...known.map(({ path }) => path.split(".").at(-1) ?? path)),
  fc.constantFrom("Unknown", "x-own", "東京", "a:b", "immgr.key", "a\u200bb"),
);
const values: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom(...known.flatMap(({ examples: own = [] }) => own)),
  fc.constantFrom(
    0,
    -1,
    1.5,
    true,
    null,
    "",
    "*",
    "web*",
    "エージェント*",
    "a\u0007b",
    "a\u00adb",
    "\ud800",
    "a".repeat(2_000),
  ),
  keys.map((key) => ({ [key]: "x" })),
  keys.map((key) => [{ [key]: "x" }]),
);

/** What the descriptions give as values of a key. */
const examplesOf = new Map<string, readonly unknown[]>();
for (const { path, examples: own = [] } of known) {
  const key = path.split(".").at(-1) ?? path;
  examplesOf.set(key, [...(examplesOf.get(key) ?? []), ...own]);
}
/** The value of a key is one that its description gives. */
const ownChange = fc.nat(20).map((n) => ({ n }));
const anyChange = fc.record({
  key: fc.option(keys, { nil: undefined }),
  value: fc.option(values, { nil: undefined, freq: 8 }),
});

type Change = { readonly n: number } | { readonly key: string | undefined; readonly value: unknown };

/** A copy of the document with another value, another key or nothing at one place of it. */
function changed(document: unknown, at: number, change: Change): unknown {
  const copy = structuredClone(document);
  const places: [holder: Record<string, unknown>, key: string][] = [];
  const visit = (node: unknown) => {
    if (typeof node !== "object" || node === null) return;
    for (const [name, child] of Object.entries(node)) {
      places.push([node as Record<string, unknown>, name]);
      visit(child);
    }
  };
  visit(copy);
  const [holder, name] = places[at % places.length] ?? [{}, ""];
  if ("n" in change) {
    const own = examplesOf.get(name) ?? [];
    if (own.length > 0) holder[name] = own[change.n % own.length];
  } else if (change.value === undefined) delete holder[name];
  else holder[change.key !== undefined && !Array.isArray(holder) ? change.key : name] = change.value;
  return copy;
}

function compare(document: unknown): "accepted" | "refused" | "left to the validator" {
  const quickly = isValidQuickly(document);
  const valid = isValid(document);
  if (quickly) expect([valid, isValid.errors]).toEqual([true, null]);
  if (/^[\0-\x7f]*$/.test(JSON.stringify(document))) expect(quickly).toBe(valid);
  return quickly ? "accepted" : valid ? "left to the validator" : "refused";
}

test("the examples are valid at the first look", () => {
  expect(examples.map(compare)).toEqual(examples.map(() => "accepted"));
});

test("names beyond ASCII are left to the validator", () => {
  const [first] = examples;
  const named = { ...first, managers: { tokyo: { ...first.managers.tokyo, host: "東京" } } };
  expect(compare(named)).toBe("left to the validator");
});

test("whatever is changed in them, it accepts nothing that the validator refuses, and refuses nothing in ASCII that the validator accepts", () => {
  const seen = new Map<string, number>();
  fc.assert(
    fc.property(
      fc.constantFrom(...examples),
      fc.array(fc.tuple(fc.nat(400), fc.oneof(ownChange, anyChange)), { minLength: 1, maxLength: 2 }),
      (example, changes) => {
        const document = changes.reduce((own, change) => changed(own, ...change), example);
        const found = compare(document);
        seen.set(found, (seen.get(found) ?? 0) + 1);
      },
    ),
    { seed: randomSeed, numRuns: runs(2_000) },
  );
  expect(seen.get("accepted")).toBeGreaterThan(runs(40));
  expect(seen.get("refused")).toBeGreaterThan(runs(150));
});
