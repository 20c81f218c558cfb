import * as fc from "fast-check";
import { parse } from "yaml";
import { yamlText } from "../../src/report/yaml-text";

const textOf = (document: object) => [...yamlText(document)].join("");

test("lays lists and mappings out in lines, and quotes every text", () => {
  const document = {
    a_b: "no",
    list: [{ x: 1, z: ["é", true] }, [], null],
    none: {},
    gone: undefined,
    "K 1": "a",
  };
  expect(textOf(document)).toBe(`\
a_b: "no"
list:
  - x: 1
    z:
      - "é"
      - true
  - []
  - null
none: {}
"K 1": "a"
`);
});

test("a YAML reader takes every document back as it was, and nothing hidden is in it", () => {
  const key = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.constantFrom("no", "null", "a_b", "", "- x", "? y", "__proto"),
  );
  const { value } = fc.letrec((tie) => ({
    value: fc.oneof(
      { maxDepth: 4 },
      fc.oneof(fc.string({ unit: "binary" }), fc.integer(), fc.boolean(), fc.constant(null)),
      fc.array(tie("value"), { maxLength: 3 }),
      fc.dictionary(
        key.filter((each) => each !== "__proto__" && each.length < 1000),
        tie("value"),
        {
          maxKeys: 3,
          noNullPrototype: true,
        },
      ),
    ),
  }));
  fc.assert(
    fc.property(value, (content) => {
      const document = { listing: content };
      const text = textOf(document);
      expect(parse(text)).toEqual(document);
      expect(text).not.toMatch(/[\u202a-\u202e\u200b]/);
    }),
  );
});
