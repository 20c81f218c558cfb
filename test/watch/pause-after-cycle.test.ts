import { nextPause } from "../../src/watch/pause-after-cycle";

const MINUTE = 60_000;
const drawing = (next: number) => ({ next: () => next, bytes: (count: number) => Buffer.alloc(count) });
const middle = drawing(0.5);

test("a manager that is well is reconciled again after the interval, give or take a tenth", () => {
  expect(nextPause(5 * MINUTE, 0, middle)).toBe(5 * MINUTE);
  expect(nextPause(5 * MINUTE, 0, drawing(0))).toBe(4.5 * MINUTE);
  expect(nextPause(5 * MINUTE, 0, drawing(0.999999))).toBe(5.5 * MINUTE);
});

test("each failure in a row doubles the pause, up to eight intervals", () => {
  const pauses = [0, 1, 2, 3, 4, 50, 5_000].map((failures) => nextPause(MINUTE, failures, middle) / MINUTE);
  expect(pauses).toEqual([1, 2, 4, 8, 8, 8, 8]);
});

test("the pause grows to an hour at most, unless the interval itself is longer", () => {
  expect(nextPause(30 * MINUTE, 9, middle)).toBe(60 * MINUTE);
  expect(nextPause(600 * MINUTE, 9, middle)).toBe(600 * MINUTE);
});
