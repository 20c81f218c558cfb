import { ServerClock } from "../../src/watch/server-clock";

/** Our own clock, at 0, and what the server shows, at an hour. */
function clocks() {
  const own = { elapsed: 0 };
  const clock = new ServerClock({ elapsed: () => own.elapsed, now: () => 0, sleep: async () => {} }, 30_000);
  clock.note(3_600_000, 0);
  const after = (ms: number) => {
    own.elapsed += ms;
  };
  return { clock, own, after };
}

test("a server's clock is trusted once it went right for a while", () => {
  const { clock, after } = clocks();
  expect([clock.settlesInMs, clock.latest]).toEqual([30_000, Number.NEGATIVE_INFINITY]);
  after(30_000);
  expect([clock.settlesInMs, clock.latest]).toEqual([0, 3_631_000]);
});

test.each([
  ["set forward", 60_000, false],
  ["set back", -60_000, true],
])("a clock that was %s is not trusted for as long again", (_, step, isSetBack) => {
  const { clock, own, after } = clocks();
  after(40_000);
  expect(clock.note(3_640_000 + step, own.elapsed)).toBe(isSetBack);
  expect(clock.settlesInMs).toBe(30_000);
  after(30_000);
  expect(clock.latest).toBe(3_671_000 + step);
});

test("a slow answer and a clock that is slewed are no step", () => {
  const { clock, own, after } = clocks();
  after(40_000);
  const askedAt = own.elapsed;
  after(5_000);
  expect(clock.note(3_640_100, askedAt)).toBe(false);
  expect([clock.settlesInMs, clock.latest]).toEqual([0, 3_646_000]);
  after(10_000);
  expect(clock.note(3_655_900, own.elapsed)).toBe(false);
  expect(clock.settlesInMs).toBe(0);
});
