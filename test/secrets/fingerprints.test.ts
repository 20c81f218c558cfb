import { createHmac } from "node:crypto";
import { inspect } from "node:util";
import fc from "fast-check";
import { SecretValue } from "../../src/model/secret-value";
import { createFingerprints } from "../../src/secrets/fingerprints";
import { quickHmac } from "../../src/secrets/quick-hmac";

const key = new SecretValue(Buffer.alloc(32, 1).toString("base64"));
const fingerprints = createFingerprints(key);
const secret = (text: string) => new SecretValue(text);

describe("a fingerprint", () => {
  test("is HMAC-SHA-256 cut to 128 bits, as Node itself makes it", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), fc.string({ maxLength: 2_000 }), (bytes, text) => {
        const mac = createHmac("sha256", bytes).update(text, "utf16le").digest();
        expect(quickHmac(Buffer.from(bytes))(text)).toBe(mac.toString("base64url", 0, 16));
      }),
    );
  });

  test("is not touched by the texts that came before it", () => {
    const hmac = quickHmac(Buffer.alloc(32, 1));
    const short = hmac("short");
    const long = hmac("x".repeat(10_000));
    expect(hmac("short")).toBe(short);
    expect(hmac("x".repeat(10_000))).toBe(long);
  });

  test("of one value differs between addresses, values and keys, and only then", () => {
    const other = createFingerprints(new SecretValue(Buffer.alloc(32, 2).toString("base64")));
    const all = [
      fingerprints.value("tokyo/a", secret("x")),
      fingerprints.value("tokyo/b", secret("x")),
      fingerprints.value("tokyo/a", secret("y")),
      other.value("tokyo/a", secret("x")),
    ];
    expect(new Set(all).size).toBe(4);
    expect(fingerprints.value("tokyo/a", secret("x"))).toBe(all[0]);
    expect(all[0]).toMatch(/^[\w-]{22}$/);
  });

  test("leaves no doubt where the address ends and the value begins", () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.string(), (a, b, c) => {
        fc.pre(b !== "");
        expect(fingerprints.value(a + b, secret(c))).not.toBe(fingerprints.value(a, secret(b + c)));
        expect(fingerprints.agent(a, [b, c])).not.toBe(fingerprints.agent(a, [b + c]));
      }),
    );
  });

  test("of one kind is never that of another with the same texts", () => {
    const kinds = [
      fingerprints.value("a", secret("b")),
      fingerprints.agent("a", ["b"]),
      fingerprints.block([["a", secret("b")]]),
    ];
    expect(new Set(kinds).size).toBe(3);
  });

  test("of a block does not hang on the order that its entries come in", () => {
    const [a, b] = [["a", secret("1")] as const, ["b", secret("2")] as const];
    expect(fingerprints.block([a, b])).toBe(fingerprints.block([b, a]));
    expect(fingerprints.block([a])).not.toBe(fingerprints.block([a, b]));
    expect(
      fingerprints.block([
        ["a", secret("2")],
        ["b", secret("1")],
      ]),
    ).not.toBe(fingerprints.block([a, b]));
  });

  test("of two blocks differ, also where their texts in a row are the same", () => {
    expect(fingerprints.block([["a", secret("b c")]])).not.toBe(fingerprints.block([["a b", secret("c")]]));
    expect(fingerprints.agent("a", ["b c"])).not.toBe(fingerprints.agent("a", ["b", "c"]));
  });

  test("of unpaired surrogates keeps them apart", () => {
    expect(fingerprints.value("a", secret("\ud800"))).not.toBe(fingerprints.value("a", secret("\ud801")));
  });
});

test("a key's ID names it without showing it", () => {
  const other = createFingerprints(new SecretValue(Buffer.alloc(32, 2).toString("base64")));
  expect(fingerprints.keyId).not.toBe(other.keyId);
  expect(createFingerprints(key).keyId).toBe(fingerprints.keyId);
  expect(inspect(fingerprints, { showHidden: true, depth: 9 })).not.toContain(key.reveal());
});

describe("fingerprints on an agent", () => {
  const entries = [
    ["alpha", secret("same-value")],
    ["beta", secret("same-value")],
    ["gamma", secret("other-value")],
  ] as const;
  const on = (address: string, made = fingerprints) => {
    const at = made.onAgent(address, made.tags(entries));
    return entries.map((_, index) => at.of(index));
  };

  test("differ between keys, agents and state keys even where the value is one, and are else the same", () => {
    const other = createFingerprints(new SecretValue(Buffer.alloc(32, 3).toString("base64")));
    const all = [
      ...on("tokyo/agent/m/web01"),
      ...on("tokyo/agent/m/web02"),
      ...on("tokyo/agent/m/web01", other),
    ];
    expect(new Set(all).size).toBe(9);
    expect(on("tokyo/agent/m/web01")).toEqual(on("tokyo/agent/m/web01"));
    for (const each of all) expect(each).toMatch(/^[\w-]{22}$/);
  });

  test("do not depend on what else the agent has, or in which order", () => {
    const reversed = fingerprints.tags([...entries].reverse());
    const at = fingerprints.onAgent("tokyo/agent/m/web01", reversed);
    expect([at.of(2), at.of(1), at.of(0)]).toEqual(on("tokyo/agent/m/web01"));
  });

  test("are written into bytes at any offset, and told from them, and from those of another key or with one other bit", () => {
    const made = fingerprints.onAgent("tokyo/agent/m/web01", fingerprints.tags(entries));
    const texts = entries.map((_, index) => made.of(index));
    const bytes = Buffer.from(`--${texts.join("")}`);
    const places = texts.map((_, index) => 2 + index * 22);
    for (const asked of texts.keys())
      expect(made.missingAt(places, bytes, [asked, asked, asked])).toEqual(
        [0, 1, 2].filter((at) => at !== asked),
      );
    expect(made.missingAt(places, bytes, [0, 1, 2])).toEqual([]);
    const copy = Buffer.alloc(bytes.length, "-");
    made.writeAt(places, copy, [0, 1, 2]);
    expect(copy.toString()).toBe(bytes.toString());
    made.writeAt(places, copy, [2, 0, 1]);
    expect(copy.toString()).toBe(`--${texts[2]}${texts[0]}${texts[1]}`);
    for (let place = 2; place < 24; place++) {
      const other = Buffer.from(bytes);
      other[place] = (bytes[place] ?? 0) ^ 1;
      expect(made.missingAt([2], other, [0])).toEqual([0]);
    }
    expect(made.missingAt([2 + 2 * 22], bytes.subarray(0, -1), [2])).toEqual([0]);
  });

  test("are not the tags: those are bound to no agent, and never leave memory", () => {
    const tags = Buffer.from(fingerprints.tags(entries)).toString("base64url");
    for (const each of on("tokyo/agent/m/web01")) expect(tags).not.toContain(each.slice(0, 20));
  });
});
