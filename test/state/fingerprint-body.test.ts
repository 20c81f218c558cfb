import { DiagnosticError } from "../../src/model/diagnostic";
import { encodeBody, joinBodies, mergeBodies } from "../../src/state/log/fingerprint-body";

test.each(["", "null", "[]", "{}", '{"set":{}}', '{"set":null,"unset":[]}', '{"set":{},"unset":"a"}', "{"])(
  "a body that this tool did not write is told as damage of the state: %s",
  (body) => {
    expect(() => mergeBodies([Buffer.from(body)])).toThrow(DiagnosticError);
  },
);

test("a fingerprint that is no text counts as one that is not known", () => {
  expect(mergeBodies([Buffer.from('{"set":{"a":1,"b":"f"},"unset":[2]}')]).fingerprints).toEqual(
    new Map([
      ["a", null],
      ["b", "f"],
    ]),
  );
});

test("versions belong to the keys that are set, whatever their names and order, and go with the next setting", () => {
  const versions = new Map([
    ["b", "vb"],
    ["2", "v2"],
    ["__proto__", "vp"],
    ["elsewhere", "no"],
  ]);
  const keys = ["b", "a", "__proto__", "10", "2"];
  const body = encodeBody(
    keys.map((key) => [key, "f"]),
    [],
    versions,
  );
  versions.delete("elsewhere");
  expect(mergeBodies([body]).versions).toEqual(versions);
  const after = mergeBodies([body, encodeBody([["b", "g"]], ["2"])]);
  expect([...after.versions]).toEqual([["__proto__", "vp"]]);
  expect(mergeBodies([joinBodies([body, encodeBody([["b", "g"]], ["2"])])])).toEqual(after);
});

test("a body without versions takes no room for them", () => {
  expect(encodeBody([["a", "f"]], []).toString()).toBe('{"set":{"a":"f"},"unset":[]}');
});
