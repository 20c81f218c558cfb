import { DiagnosticError } from "../../src/model/diagnostic";
import {
  applyBody,
  bodyOf,
  countWith,
  encodeBody,
  joinBodies,
  mergeBodies,
} from "../../src/state/log/fingerprint-body";
import { PENDING } from "../../src/state/port";

const encode = (...parts: Parameters<typeof bodyOf>) => encodeBody(bodyOf(...parts));

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
  const body = encode(
    keys.map((key) => [key, "f"]),
    [],
    versions,
  );
  versions.delete("elsewhere");
  expect(mergeBodies([body]).versions).toEqual(versions);
  const after = mergeBodies([body, encode([["b", "g"]], ["2"])]);
  expect([...after.versions]).toEqual([["__proto__", "vp"]]);
  expect(mergeBodies([joinBodies([body, encode([["b", "g"]], ["2"])])])).toEqual(after);
});

test("a body without versions takes no room for them", () => {
  expect(encode([["a", "f"]], []).toString()).toBe('{"set":{"a":"f"},"unset":[]}');
});

test("what is taken in before it is written is what its bytes say", () => {
  const before = encode(
    [
      ["a", "f"],
      ["b", PENDING],
      ["d", "e"],
    ],
    [],
    new Map([["a", "va"]]),
  );
  const body = bodyOf(
    [
      ["b", "g"],
      ["c", null],
      ["10", "h"],
    ],
    ["a", "a", "c"],
    new Map([["b", "vb"]]),
  );
  const keys = mergeBodies([before]);
  expect(countWith(keys, body)).toBe(4);
  applyBody(keys, body);
  expect(keys).toEqual(mergeBodies([before, encodeBody(body)]));
  expect([...keys.fingerprints.keys()].sort()).toEqual(["10", "b", "c", "d"]);
});
