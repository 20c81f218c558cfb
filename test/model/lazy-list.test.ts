import { inspect } from "node:util";
import { elementsOf, lazyList } from "../../src/model/lazy-list";

const squares = () => lazyList(4, (index) => ({ square: index * index }));
const array = [{ square: 0 }, { square: 1 }, { square: 4 }, { square: 9 }];

test("a lazy list is read like an array", () => {
  const list = squares();
  expect(list).toStrictEqual(array);
  expect(Array.isArray(list)).toBe(true);
  expect(JSON.stringify({ list })).toBe(JSON.stringify({ list: array }));
  expect(inspect({ list }, { depth: 3 })).toBe(inspect({ list: array }, { depth: 3 }));
  expect([list.length, list[2], list[4], list.at(-1)]).toEqual([4, { square: 4 }, undefined, { square: 9 }]);
  expect([1 in list, 4 in list, "01" in list, "length" in list]).toEqual([true, false, false, true]);
  expect([list[1.5], 0.5 in list, list[-1]]).toEqual([undefined, false, undefined]);
  expect(Object.entries(list)).toEqual(Object.entries(array));
  expect([...list]).toEqual(array);
  expect([[], ...[list]].flat()).toEqual(array);
  expect(list.filter(({ square }) => square > 1).map(({ square }) => square)).toEqual([4, 9]);
  expect(list.slice(1, 3)).toEqual(array.slice(1, 3));
  expect(list.concat(list)).toHaveLength(8);
});

test("an element is made when it is read, and only then", () => {
  const made: number[] = [];
  const list = lazyList(1_000_000, (index) => made.push(index));
  expect(list.length).toBe(1_000_000);
  expect(made).toEqual([]);
  void list[7];
  void elementsOf(list)(9);
  expect(list.some((_, index) => index === 1)).toBe(true);
  expect(made).toEqual([7, 9, 0, 1]);
});

test("nobody can change a lazy list", () => {
  const list = squares() as { square: number }[];
  expect(() => list.push({ square: 16 })).toThrow(TypeError);
  expect(() => list.sort()).toThrow(TypeError);
  expect(Reflect.set(list, "length", 0)).toBe(false);
  expect(Reflect.deleteProperty(list, "0")).toBe(false);
  expect(() => Object.freeze(list)).toThrow(TypeError);
  expect(list).toStrictEqual(array);
});

test("the elements of any other array are those that it has", () => {
  expect([0, 3].map(elementsOf(array))).toEqual([{ square: 0 }, { square: 9 }]);
});
