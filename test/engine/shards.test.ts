import fc from "fast-check";
import { shardFilter, shardOf } from "../../src/engine/shards";
import { parseShard, shardName } from "../../src/model/shard";

const names = fc.uniqueArray(fc.string({ minLength: 1, maxLength: 12 }), { minLength: 1, maxLength: 40 });
const count = fc.integer({ min: 1, max: 20 });

test("every manager is in exactly one shard", () => {
  fc.assert(
    fc.property(names, count, (managers, m) => {
      const filters = Array.from({ length: m }, (_, at) => shardFilter({ index: at + 1, count: m }));
      for (const manager of managers) expect(filters.filter((isIn) => isIn(manager))).toHaveLength(1);
    }),
  );
});

test("with one shard more, managers move to the new one alone", () => {
  fc.assert(
    fc.property(names, count, (managers, m) => {
      for (const manager of managers) {
        const [before, after] = [shardOf(manager, m), shardOf(manager, m + 1)];
        if (after !== before) expect(after).toBe(m + 1);
      }
    }),
  );
});

test("a thousand managers are divided about evenly", () => {
  const sizes = Array.from({ length: 8 }, () => 0);
  for (let n = 0; n < 1000; n++)
    sizes[shardOf(`manager-${n}`, 8) - 1] = (sizes[shardOf(`manager-${n}`, 8) - 1] ?? 0) + 1;
  expect(Math.min(...sizes)).toBeGreaterThan(95);
  expect(Math.max(...sizes)).toBeLessThan(155);
});

test.each(["1/1", "2/8", "1000/1000"])("%s is a shard", (text) => {
  const parsed = parseShard(text);
  expect(parsed && shardName(parsed)).toBe(text);
});

test.each(["", "2", "0/8", "9/8", "1/1001", "01/8", "1/8 ", "-1/8", "1/0", "a/b"])(
  "%j is no shard",
  (text) => {
    expect(parseShard(text)).toBeUndefined();
  },
);
