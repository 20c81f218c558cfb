/** Names in any script keep their columns on a terminal. */
import { columnsOf, inColumns, padded } from "../../src/report/columns";

test.each([
  ["", 0],
  ["tokyo/client/a", 14],
  ["東京", 4],
  ["監視 サーバー", 13],
  ["ｶﾅ", 2],
  ["Ｗｅｂ０１", 10],
  ["서울", 4],
  ["Ünïcode", 7],
  ["U\u0308", 1],
  ["—", 1],
])("%j takes %d columns", (text, columns) => {
  expect(columnsOf(text)).toBe(columns);
});

test("a cell is filled up to its column, and no line ends in blanks", () => {
  expect(inColumns([["WHO", "WHY"], ["佐藤", "x"], ["a"]])).toEqual(["WHO   WHY", "佐藤  x", "a"]);
  expect(padded("abc", 2)).toBe("abc");
});
