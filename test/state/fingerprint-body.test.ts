import fc from "fast-check";
import { DiagnosticError } from "../../src/model/diagnostic";
import { applyBody, bodyOf, encodeBody, joinBodies, mergeBodies } from "../../src/state/log/fingerprint-body";
import { countAfter, mergeBodiesFor } from "../../src/state/log/some-keys";
import { IMPORTED, PENDING } from "../../src/state/port";
import { runs } from "../effort";

const encode = (...parts: Parameters<typeof bodyOf>) => encodeBody(bodyOf(...parts));

test.each(["", "null", "[]", "{}", '{"set":{}}', '{"set":null,"unset":[]}', '{"set":{},"unset":"a"}', "{"])(
  "a body that this tool did not write is told as damage of the state: %s",
  (body) => {
    expect(() => mergeBodies([Buffer.from(body)])).toThrow(DiagnosticError);
  },
);

test("the damage names the agent, and the part that a copy is to be put over", () => {
  const damaged = [Buffer.from("{}")];
  for (const merge of [
    () => mergeBodies(damaged, "tokyo/agent/immhost01/web01"),
    () => mergeBodiesFor(damaged, ["a"], "tokyo/agent/immhost01/web01"),
  ])
    expect(refusalIn(merge)).toMatchObject({
      summary: expect.stringContaining("a record of tokyo/agent/immhost01/web01 that"),
      remedy: expect.stringContaining("`jp1im state push --force --manager tokyo BACKUP`"),
    });
});

function refusalIn(work: () => unknown): unknown {
  try {
    return work();
  } catch (error) {
    return error instanceof DiagnosticError ? error.diagnostics[0] : error;
  }
}

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
  expect(countAfter(keys.fingerprints.size, keys.fingerprints, body)).toBe(4);
  applyBody(keys, body);
  expect(keys).toEqual(mergeBodies([before, encodeBody(body)]));
  expect([...keys.fingerprints.keys()].sort()).toEqual(["10", "b", "c", "d"]);
});

test("a few keys are found in the bytes of bodies as in what these are parsed to", () => {
  const name = fc.oneof(
    fc.stringMatching(/^[ab,:{}"\\[\] ]{1,4}$/),
    fc.constantFrom("unset", "set", "versions", "__proto__", "7", "10", PENDING),
  );
  const value = fc.oneof(fc.stringMatching(/^[A-Za-z0-9_-]{22}$/), fc.constantFrom(PENDING, IMPORTED, null));
  // Only in bodies of a thousand bytes and more, the names are searched.
  const long = fc.dictionary(name, value, { minKeys: 50, maxKeys: 60, size: "max" });
  const body = fc.record({
    set: fc.oneof(fc.dictionary(name, value, { maxKeys: 60 }), long),
    unset: fc.oneof({ weight: 3, arbitrary: fc.constant([]) }, fc.array(name, { maxLength: 5 })),
    versions: fc.oneof(
      { weight: 3, arbitrary: fc.constant([]) },
      fc.array(fc.tuple(name, fc.constantFrom("v", "w"))),
    ),
  });
  const property = fc.property(
    fc.array(body, { minLength: 1, maxLength: 4 }),
    fc.array(name, { maxLength: 6 }),
    (parts, wanted) => {
      const bodies = parts.map(({ set, unset, versions }) =>
        encodeBody(bodyOf(Object.entries(set), unset, new Map(versions))),
      );
      const all = mergeBodies(bodies);
      const some = mergeBodiesFor(bodies, wanted);
      const isWanted = ([key]: readonly [string, unknown]) => wanted.includes(key);
      expect(new Map(some.fingerprints)).toEqual(new Map([...all.fingerprints].filter(isWanted)));
      expect(new Map(some.versions)).toEqual(new Map([...all.versions].filter(isWanted)));
    },
  );
  fc.assert(property, { numRuns: runs(2_000) });
});
