import fc from "fast-check";
import { bodyOf, encodeBody, mergeBodies, withoutFingerprints } from "../../src/state/log/fingerprint-body";
import { WholeBodies } from "../../src/state/log/whole-bodies";
import { type ExpectedFingerprints, IMPORTED, PENDING } from "../../src/state/port";
import { runs } from "../effort";

const fingerprint = (seed: number) =>
  Buffer.alloc(16, seed).toString("base64url").replaceAll("A", seed.toString(36));

function expecting(prints: Readonly<Record<string, string>>): ExpectedFingerprints {
  const texts = Object.values(prints);
  return {
    keys: Object.keys(prints),
    of: (index) => texts[index] ?? "",
    missingAt: (places, bytes, indexes) => {
      const textAt = (place = 0) => Buffer.from(bytes).toString("latin1", place, place + 22);
      return [...places.keys()].filter((next) => textAt(places[next]) !== texts[indexes[next] ?? 0]);
    },
  };
}

const [one, two, three] = [1, 2, 3].map(fingerprint) as [string, string, string];
const expected = expecting({ a: one, b: two, "c d": three });
const whole = (entries: Readonly<Record<string, string | null>>, versions?: ReadonlyMap<string, string>) =>
  encodeBody(bodyOf(Object.entries(entries), [], versions));
const patch = (entries: Readonly<Record<string, string | null>>, unset: readonly string[] = []) =>
  encodeBody(bodyOf(Object.entries(entries), unset));
const asExpected = { a: one, b: two, "c d": three };
const unexpected = (...bodies: readonly Buffer[]) => {
  const found = new WholeBodies().unexpected(bodies, expected, "tokyo/agent/m/web01");
  return found && Object.fromEntries(found);
};

test("a body with the expected fingerprints has no other entry, in whatever order", () => {
  expect(unexpected(whole(asExpected))).toEqual({});
  expect(unexpected(whole({ "c d": three, a: one, b: two }))).toEqual({});
});

test("another fingerprint is an entry that is not expected", () => {
  expect(unexpected(whole({ ...asExpected, b: one }))).toEqual({ b: one });
  expect(unexpected(whole({ ...asExpected, "c d": one }, new Map([["a", "v1"]])))).toEqual({ "c d": one });
});

test("later bodies count more than the one with all keys, and earlier ones not at all", () => {
  const before = whole({ a: PENDING, b: PENDING, "c d": PENDING });
  expect(unexpected(before, whole(asExpected))).toEqual({});
  expect(unexpected(whole(asExpected), patch({ b: PENDING }))).toEqual({ b: PENDING });
  expect(unexpected(whole(asExpected), patch({ b: PENDING }), patch({ b: two }))).toEqual({});
  expect(unexpected(whole({ ...asExpected, b: one }), patch({ b: two, a: null }))).toEqual({ a: null });
});

test("what has to be parsed is told from it", () => {
  const odd = {
    "no body": [],
    "a key of no known value": [whole({ ...asExpected, a: IMPORTED })],
    "a key is missing": [whole({ a: one, b: two })],
    "another key": [whole({ a: one, b: two, "c-d": three })],
    "another key later": [whole(asExpected), patch({ d: one })],
    "a key that was removed": [whole(asExpected), patch({}, ["a"])],
    "a fingerprint that is none": [whole({ ...asExpected, a: '"'.padEnd(21, " ") })],
  };
  for (const [what, bodies] of Object.entries(odd))
    expect([what, unexpected(...bodies)]).toEqual([what, undefined]);
});

test("agents with the same keys share what is left of them without fingerprints", () => {
  const bodies = new WholeBodies();
  const unknown = (...chain: readonly Buffer[]) => bodies.withoutFingerprints(chain, 3, "");
  const shared = unknown(whole(asExpected));
  expect(shared).toEqual(new Map(Object.keys(asExpected).map((key) => [key, null])));
  expect(unknown(whole({ ...asExpected, a: three }))).toBe(shared);
  expect(unknown(whole(asExpected), patch({ a: PENDING }), patch({ a: two }))).toBe(shared);
  expect(unknown(whole(asExpected), patch({ a: PENDING }))).toBeUndefined();
  expect(unknown(whole(asExpected), patch({ d: one }))).toBeUndefined();
  expect(unknown(whole({ ...asExpected, a: IMPORTED }))).toBeUndefined();
});

test("several orders of the same keys, one after the other, are all compared", () => {
  const bodies = new WholeBodies();
  const orders = [["a", "b", "c d"] as const, ["b", "a", "c d"] as const, ["c d", "b", "a"] as const];
  for (const order of [...orders, ...orders]) {
    const body = whole(Object.fromEntries(order.map((key) => [key, asExpected[key]])));
    expect(bodies.unexpected([body], expected, "")).toEqual(new Map());
  }
});

test("the result is that of parsing, for any chain of bodies and agents one after the other", () => {
  const keys = ["a", "b", "1", "0", "é", '"', "\\", "__proto__", "x".repeat(40)];
  const entry = fc.constantFrom(one, two, PENDING, IMPORTED, null);
  const entries = fc.uniqueArray(fc.tuple(fc.constantFrom(...keys), entry), { selector: ([key]) => key });
  const versions = fc.constantFrom(new Map<string, string>(), new Map([["a", "version"]]));
  const all = fc
    .tuple(fc.shuffledSubarray(keys, { minLength: keys.length }), fc.constantFrom(one, two), versions)
    .map(([order, print, own]) =>
      encodeBody(
        bodyOf(
          order.map((key) => [key, print]),
          [],
          own,
        ),
      ),
    );
  const some = fc
    .tuple(entries, fc.subarray(keys, { maxLength: 1 }), versions)
    .map((parts) => encodeBody(bodyOf(...parts)));
  const chain = fc.array(fc.oneof(all, some), { maxLength: 5 });
  fc.assert(
    fc.property(fc.array(chain, { maxLength: 8 }), (agents) => {
      const known = new WholeBodies();
      const prints = expecting(Object.fromEntries(keys.map((key) => [key, one])));
      for (const bodies of agents) {
        const { fingerprints } = mergeBodies(bodies);
        // The state asks only for an agent that owns as many keys as are expected.
        if (fingerprints.size !== prints.keys.length) continue;
        const found = known.unexpected(bodies, prints, "");
        if (found) expect(found).toEqual(new Map([...fingerprints].filter(([, each]) => each !== one)));
        const unknown = known.withoutFingerprints(bodies, fingerprints.size, "");
        if (unknown) expect(unknown).toEqual(withoutFingerprints(fingerprints));
      }
    }),
    { numRuns: runs(2000) },
  );
});
