import fc from "fast-check";
import { encodeWritten } from "../../src/state/log/body-pattern";
import { bodyOf, encodeBody } from "../../src/state/log/fingerprint-body";
import { openState } from "../../src/state/open-state";
import type { WrittenFingerprints } from "../../src/state/port";
import { MemoryFileSystem } from "../platform/memory-file-system";
import { reopen, run, told, webAgent } from "./world";

/** Of these keys, different for each agent. */
function written(keys: readonly string[], salt: string): WrittenFingerprints {
  const of = (key: string) => `${salt}${key.length}`.padEnd(22, "x").slice(0, 22);
  return {
    keys,
    writeAt: (places, bytes) => {
      for (const [index, key] of keys.entries()) bytes.write(of(key), places[index] ?? 0, "latin1");
    },
    *[Symbol.iterator]() {
      for (const key of keys) yield [key, of(key)];
    },
  };
}

const keyLists = fc.uniqueArray(
  fc.oneof(fc.string({ minLength: 1, unit: "grapheme" }), fc.nat(20).map(String)),
  {
    maxLength: 6,
  },
);

test("what was written is encoded as if each fingerprint was a text, whatever the keys are", () => {
  fc.assert(
    fc.property(keyLists, fc.constantFrom("a", "b"), (keys, salt) => {
      const set = written(keys, salt);
      const plain = encodeBody(bodyOf(set, []));
      expect(encodeWritten(set).bytes.toString()).toBe(plain.toString());
      expect(encodeWritten(written(keys, "other")).bytes).toHaveLength(plain.length);
    }),
  );
});

test("agents that share lists of keys have their own fingerprints and counts, at once and opened again", async () => {
  const lists = [["a", "b", "c"], ["b", "c"], ["d"], []];
  const step = fc.record({
    host: fc.constantFrom("web01", "web02", "web03"),
    keys: fc.constantFrom(...lists),
    what: fc.constantFrom("intent", "result", "removal"),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
      const fileSystem = new MemoryFileSystem();
      const state = await openState(run(fileSystem));
      const expected = new Map<string, Map<string, string | null>>();
      for (const { host, keys, what } of steps) {
        const { agent, address } = webAgent(host);
        const own = expected.get(address) ?? new Map();
        expected.set(address, own);
        const base = { manager: "tokyo", agent } as const;
        if (what === "intent") state.patchAgent(address, { ...base, set: [], unset: [], intends: keys });
        else if (what === "result")
          state.patchAgent(address, { ...base, set: written(keys, host), unset: [] });
        else state.patchAgent(address, { ...base, set: [], unset: keys });
        for (const [key, entry] of written(keys, host)) {
          if (what === "removal") own.delete(key);
          else own.set(key, what === "intent" ? "pending" : entry);
        }
        expect(new Map(state.fingerprints(address))).toEqual(own);
        expect(state.record(address)).toMatchObject({ count: own.size });
      }
      const before = told(state);
      await state.close();
      const { state: again } = await reopen(fileSystem);
      expect(told(again)).toBe(before);
      for (const [address, own] of expected) expect(new Map(again.fingerprints(address))).toEqual(own);
      await again.close();
    }),
  );
});
