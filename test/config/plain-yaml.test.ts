/** The quick reader gives what the YAML library gives, or nothing. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { composeYaml } from "../../src/yaml/compose-yaml";
import { DiagnosticList } from "../../src/yaml/diagnostic-list";
import { readPlainYaml } from "../../src/yaml/plain-yaml";
import { SourceText } from "../../src/yaml/source-text";
import { runs } from "../effort";

/** What the library makes of a text, and what it finds wrong. */
function byLibrary(text: string) {
  const source = new SourceText({ file: "f.yaml", folder: "/", text });
  const diagnostics = new DiagnosticList();
  diagnostics.addSource(source);
  return { roots: composeYaml(source, diagnostics), diagnostics: diagnostics.sorted() };
}

/** True where the quick reader reads the text. */
function agrees(text: string): boolean {
  const quick = readPlainYaml(text);
  if (quick !== undefined) expect({ roots: [quick], diagnostics: [] }).toStrictEqual(byLibrary(text));
  return quick !== undefined;
}

test.each([
  "a: b\n",
  "a: b",
  "# コメント\n\na:\n  b: c # comment\n\n  # comment\n  d: [ x, { y: 1, z: 'it' } ]\ne: \"f g\"\n",
  "a:\n    - b: c\n      d:\n          e: f\n    - g\n    - { h: 30%, i: http://host:1/x?, }\n"
    .replace(", }", " }")
    .replace("?", ""),
  "t: true\nn: null\nz: 0\ni: 12\nu: http://127.0.0.1:20703\nver: v1.2\npath: /a/b c\n",
  "a: {}\nb: [ ]\nc: [{}, []]\nd:\n  - []\n",
])("reads %j as the library does", (text) => {
  expect(agrees(text)).toBe(true);
});

test("the entries of a mapping with one key are those of a Map", () => {
  const { entries } = readPlainYaml("env: NAME\n") ?? { entries: new Map() };
  const entry = { keyStart: 0, value: { kind: "scalar", data: "NAME", text: "NAME", start: 5, end: 9 } };
  expect(entries).not.toBeInstanceOf(Map);
  expect([entries.size, entries.has("env"), entries.has("x"), entries.get("x")]).toEqual([
    1,
    true,
    false,
    undefined,
  ]);
  expect(entries.get("env")).toEqual(entry);
  expect([...entries]).toEqual([["env", entry]]);
  expect([[...entries.entries()], [...entries.keys()], [...entries.values()]]).toEqual([
    [["env", entry]],
    ["env"],
    [entry],
  ]);
  const each = jest.fn();
  entries.forEach(each);
  expect(each.mock.calls).toEqual([[entry, "env", entries]]);
});

test.each([
  ["a value in several lines", "a: b\n  c\n"],
  ["an empty value", "a:\nb: c\n"],
  ["a list at the indentation of its key", "a:\n- b\n"],
  ["a key that stands twice", "a: b\na: c\n"],
  ["a merge key", "x: { y: z }\n<<: { a: b }\n"],
  ["an anchor", "a: &b c\n"],
  ["an escape", 'a: "\\t"\n'],
  ["a quote in quotes", "a: 'it''s'\n"],
  ["what may be a number", "a: 1e3\nb: 0x1f\nc: 007\nd: 1.5\n"],
  ["a character beyond ASCII", "a: ü\n"],
  ["a character beyond ASCII in quotes", 'a: "\u201cx"\n'],
  ["a carriage return", "a: b\r\n"],
  ["a control character in a comment", "a: b # \u0085\n"],
  ["a tab", "a:\tb\n"],
  ["several documents", "a: b\n---\nc: d\n"],
  ["a comma at the end of a list", "a: [b, ]\n"],
  ["a comment before a line that leaves a block", "a:\n  b: c\n# d\ne: f\n"],
  ["nothing", ""],
])("leaves %s to the library", (_what, text) => {
  expect(readPlainYaml(text)).toBeUndefined();
});

function words(text: string): readonly string[] {
  return text.split(" ");
}

function entriesOf<T>(names: fc.Arbitrary<string>, values: fc.Arbitrary<T>): fc.Arbitrary<[string, T][]> {
  return fc.uniqueArray(fc.tuple(names, values), { minLength: 1, maxLength: 4, selector: ([name]) => name });
}

/** Mostly what the quick reader knows, so that it gets to the end of many texts. */
function mostly(usual: readonly string[], odd: readonly string[]) {
  return fc.oneof(
    { weight: 150, arbitrary: fc.constantFrom(...usual) },
    { weight: 1, arbitrary: fc.constantFrom(...odd) },
  );
}

const keys = mostly(words("a bb c.d secret-1 0 true null __proto__ x_y/z"), words('- << a,b "q" &a ~ ?'));
const scalars = mostly(
  [
    ...words("x A_B true False null 0 12 30% 12h v1 http://h:1/p a#b a=b '' 'a' /x a(b) a-b (a)"),
    ...["a b", "{}", "[]"],
    '"a: {#"',
  ],
  [
    ...words(
      "007 1e3 0x1f 0o7 1.5 .5 -1 +1 .inf ~ 127.0.0.1 0h 1_000 a: :a a,b [ } * = 'a''b' a'b \" @a % ? | > a? a:b",
    ),
    ...[
      "a  b",
      "a: b",
      "a #b",
      "a, b",
      "a ,b",
      "&a b",
      "!t a",
      "a - b",
      "a :b",
      "a -b",
      '"a" b',
      '"a\\nb"',
      "a\n  b",
      "a\nb",
    ],
    ...["- a", "? a", "{ a }", "[a: b]", "[a,]"],
  ],
);
const gaps = mostly([" "], ["", "  "]);
const { flow } = fc.letrec<{ flow: string; list: string; map: string }>((tie) => ({
  flow: fc.oneof({ maxDepth: 2 }, scalars, scalars, tie("map"), tie("list")),
  map: fc
    .tuple(entriesOf(keys, tie("flow")), gaps)
    .map(
      ([entries, gap]) => `{${gap}${entries.map((entry) => entry.join(`:${gap}`)).join(`,${gap}`)}${gap}}`,
    ),
  list: fc
    .tuple(fc.array(tie("flow"), { minLength: 1, maxLength: 3 }), gaps)
    .map(([items, gap]) => `[${items.join(`,${gap}`)}]`),
}));
const line = fc
  .tuple(
    fc.constantFrom(0, 2, 2, 4, 4, 6, 8, 3),
    fc.constantFrom("", "", "", "- ", "- - ", "-  "),
    fc.oneof(
      fc
        .tuple(keys, fc.oneof(flow, fc.constant("")))
        .map(([key, value]) => (value === "" ? `${key}:` : `${key}: ${value}`)),
      flow,
      fc.constantFrom("", "# comment", "# コメント\u2028", "---", "...", "a : b"),
    ),
    fc.constantFrom("", "", "", " # comment", " # é", " ", "#"),
  )
  .map(([indent, dash, content, end]) => `${" ".repeat(indent)}${dash}${content}${end}`);
/** Lines at random are seldom a document; these are, but for what is put among them. */
const { map: block } = fc.letrec<{ map: string[]; list: string[] }>((tie) => ({
  map: entriesOf(keys, fc.oneof({ maxDepth: 3 }, flow, flow, tie("map"), tie("list"))).map((entries) =>
    entries.flatMap(([key, value]) =>
      typeof value === "string" ? [`${key}: ${value}`] : [`${key}:`, ...value.map((each) => `  ${each}`)],
    ),
  ),
  list: fc
    .array(fc.oneof({ maxDepth: 3 }, flow, tie("map")), { minLength: 1, maxLength: 3 })
    .map((items) =>
      items.flatMap((item) =>
        typeof item === "string" ? [`- ${item}`] : item.map((each, at) => `${at === 0 ? "- " : "  "}${each}`),
      ),
    ),
}));
const added = fc.oneof(
  { weight: 2, arbitrary: fc.constant([]) },
  { weight: 1, arbitrary: fc.array(fc.tuple(fc.nat(30), line), { minLength: 1, maxLength: 2 }) },
);
const document = fc.tuple(block, added).map(([lines, more]) => {
  const all = [...lines];
  for (const [at, each] of more) all.splice(at % (all.length + 1), 0, each);
  return all;
});
const texts = fc
  .tuple(
    fc.oneof({ weight: 4, arbitrary: document }, { weight: 1, arbitrary: fc.array(line, { maxLength: 8 }) }),
    fc.constantFrom("\n", "\n", "", "\n\n"),
  )
  .map(([lines, end]) => lines.join("\n") + end);

test("gives what the library gives, for any text that it reads", () => {
  let read = 0;
  fc.assert(
    fc.property(texts, (text) => {
      if (agrees(text)) read += 1;
    }),
    { numRuns: 2000 },
  );
  // Else it would have shown nothing.
  expect(read).toBeGreaterThan(runs(150));
});

test("gives what the library gives, for the examples with any character changed", () => {
  const files = readdirSync("examples", { recursive: true, encoding: "utf8" }).filter((name) =>
    /\.ya?ml$/.test(name),
  );
  const all = files
    .map((name) => readFileSync(join("examples", name), "utf8"))
    .filter((text) => text.length < 4000);
  expect(all.length).toBeGreaterThan(10);
  for (const text of all) agrees(text);
  fc.assert(
    fc.property(
      fc.constantFrom(...all),
      fc.nat(),
      fc.constantFrom(..."\n :-#{}[],'\"a0&*|>?!%@`\\~"),
      (text, at, character) => {
        const place = at % (text.length + 1);
        agrees(text.slice(0, place) + character + text.slice(place));
        agrees(text.slice(0, place) + text.slice(place + 1));
      },
    ),
    { numRuns: 500 },
  );
});
