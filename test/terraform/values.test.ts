import * as fc from "fast-check";
import { decodeValue } from "../../src/terraform/values/decode-value";
import { encodeValue } from "../../src/terraform/values/encode-value";
import { parseState } from "../../src/terraform/values/parse-state";
import { Dynamic, isKnown, plainOf, type Type, unknown, type Value } from "../../src/terraform/values/type";

const object: Type = [
  "object",
  {
    name: "string",
    count: "number",
    on: "bool",
    tags: ["map", "string"],
    hosts: ["set", "string"],
    any: "dynamic",
  },
];

const hex = (value: Uint8Array) => Buffer.from(value).toString("hex");

test.each<[string, Type, Value]>([
  ["null", "string", null],
  ["text that looks like a number", "string", "007"],
  ["an unknown value", "string", unknown],
  ["an unknown element", ["map", "string"], { a: unknown, b: "c" }],
  ["a fraction", "number", 0.5],
  ["a negative number", "number", -7],
  ["an empty map, which is not null", ["map", "string"], {}],
  ["a map with any key", ["map", "string"], { "": "x", "a.b/c": "y", constructor: "z" }],
  ["a tuple", ["tuple", ["string", "bool"]], ["a", true]],
  ["a dynamic object", "dynamic", new Dynamic(["object", { file: "string" }], { file: "out/a" })],
  ["a dynamic null", "dynamic", new Dynamic("string", null)],
])("%s survives the way to the wire and back", (_, type, value) => {
  expect(decodeValue(type, encodeValue(type, value))).toEqual(value);
});

test("any object of texts survives the way to the wire and back", () => {
  const value = fc.record({
    name: fc.string(),
    count: fc.integer(),
    on: fc.boolean(),
    tags: fc.dictionary(
      fc.string().filter((key) => key !== "__proto__"),
      fc.string(),
    ),
    hosts: fc.array(fc.string()),
    any: fc.constant(null),
  });
  fc.assert(
    fc.property(value, (each) => {
      expect(decodeValue(object, encodeValue(object, each))).toEqual({ ...each, tags: { ...each.tags } });
    }),
  );
});

test("every attribute of an object is on the wire, and an unknown value is the one extension that says nothing else", () => {
  expect(hex(encodeValue(["object", { a: "string", b: "string" }], { a: "x" }))).toBe("82a161a178a162c0");
  expect(hex(encodeValue("string", unknown))).toBe("d40000");
});

test.each([
  ["the extension that narrows it down", "c7030c810280"],
  ["an extension of any other length", "d5000000"],
])("a value is unknown by %s", (_, bytes) => {
  expect(decodeValue("string", Buffer.from(bytes, "hex"))).toBe(unknown);
});

test.each<[string, string, Value]>([
  ["an integer of 64 bits", "cf0000000100000000", 4294967296],
  ["decimal text", `b4${Buffer.from("12345678901234567890").toString("hex")}`, "12345678901234567890"],
  ["an integer that a number cannot hold", "cfffffffffffffffff", "18446744073709551615"],
])("a number may arrive as %s", (_, bytes, expected) => {
  expect(decodeValue("number", Buffer.from(bytes, "hex"))).toBe(expected);
});

test("what is not of the type is refused, and nothing of it is shown", () => {
  const read = () => decodeValue("bool", encodeValue("string", "a-secret"));
  expect(read).toThrow("expected a bool, got a string");
  expect(read).not.toThrow("a-secret");
});

test("a stored state of an older schema lacks attributes, and has others that nobody reads", () => {
  const json = Buffer.from(
    JSON.stringify({ name: "a", gone: 1, tags: { k: "v" }, any: { type: ["list", "string"], value: ["x"] } }),
  );
  expect(parseState(object, json)).toEqual({
    name: "a",
    count: null,
    on: null,
    tags: { k: "v" },
    hosts: null,
    any: new Dynamic(["list", "string"], ["x"]),
  });
});

test("a dynamic value is what a YAML document would hold, without what was left open", () => {
  const value = new Dynamic(["object", { file: "string", overwrite: "bool" }], {
    file: "a",
    overwrite: null,
  });
  expect(plainOf(value)).toEqual({ file: "a" });
  expect(isKnown(value)).toBe(true);
  expect(isKnown(new Dynamic(["list", "string"], ["a", unknown]))).toBe(false);
});
