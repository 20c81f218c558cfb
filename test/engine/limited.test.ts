import { forEachLimited } from "../../src/engine/limited";

test("after a rejection nothing further begins, and what is in flight ends first", async () => {
  const [begun, ended]: [number[], number[]] = [[], []];
  const work = async (item: number) => {
    begun.push(item);
    if (item === 1) throw new Error("a bug");
    await new Promise((resolve) => setImmediate(resolve));
    ended.push(item);
  };
  await expect(forEachLimited([0, 1, 2, 3, 4], 2, work)).rejects.toThrow("a bug");
  expect([begun, ended]).toEqual([[0, 1], [0]]);
});
