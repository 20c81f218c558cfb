import fc from "fast-check";
import { frozenManagers, isOpen } from "../../src/engine/plan/freeze";
import type { DesiredManager, FreezeWindow } from "../../src/model/desired-state";
import type { Plan } from "../../src/model/plan";
import { secretChange } from "../report/plans";

const position = { file: "a.yaml", line: 1, column: 1 };
const common = { shown: "then", position };
const DAY = 86_400_000;
const at = (text: string) => Date.parse(text);

const weekly = (days: number[], from: number, to: number, timeZone: string): FreezeWindow => ({
  ...{ recurs: "weekly", days, from, to, timeZone },
  ...common,
});

describe("a window that is once", () => {
  const window: FreezeWindow = { recurs: "never", from: 1_000, to: 2_000, ...common };

  test.each([
    [999, false],
    [1_000, true],
    [1_999, true],
    [2_000, false],
  ])("at %d is open: %s", (now, expected) => {
    expect(isOpen(window, now)).toBe(expected);
  });
});

describe("a frozen manager", () => {
  const window: FreezeWindow = { recurs: "never", from: 0, to: 2_000, ...common };
  const tokyo = { name: "tokyo", policy: { freeze: [window] } } as unknown as DesiredManager;
  const issue: Plan["operations"] = [
    { id: "", stage: 1, manager: "tokyo", type: "issue-initial-secret", deliver: false },
  ];

  test.each<[string, Pick<Plan, "changes" | "operations">, number]>([
    ["is changed", { changes: [secretChange("web01", "a", "delete", "undeclared")], operations: [] }, 1],
    // It issues the initial secret that another manager needs, and nothing changes in the state.
    ["only gets a request", { changes: [], operations: issue }, 1],
    ["is only forgotten", { changes: [secretChange("web01", "a", "forget", "gone")], operations: [] }, 0],
    ["is only adopted", { changes: [secretChange("web01", "a", "no-op", "adopted")], operations: [] }, 0],
  ])("that %s", (_title, plan, count) => {
    expect(frozenManagers([tokyo], plan, 1_000)).toHaveLength(count);
  });
});

describe("a weekly window", () => {
  test.each([
    ["a Friday in UTC that is a Saturday in Tokyo", "2026-12-25T15:00:00Z", true],
    ["the last second of the weekend", "2026-12-27T14:59:59Z", true],
    ["Monday in Tokyo", "2026-12-27T15:00:00Z", false],
    ["the last second of Friday in Tokyo", "2026-12-25T14:59:59Z", false],
  ])("of whole days follows the clocks of its time zone: %s", (_title, now, expected) => {
    expect(isOpen(weekly([6, 0], 0, 1440, "Asia/Tokyo"), at(now))).toBe(expected);
  });

  test.each([
    ["Friday, before it begins", "2026-12-25T21:59:59Z", false],
    ["Friday evening", "2026-12-25T22:00:00Z", true],
    ["Saturday, before it ends", "2026-12-26T05:59:59Z", true],
    ["Saturday, when it has ended", "2026-12-26T06:00:00Z", false],
    ["Friday morning, which Thursday would have begun", "2026-12-25T03:00:00Z", false],
    ["Saturday evening", "2026-12-26T23:00:00Z", false],
  ])("over midnight belongs to the day on which it begins: %s", (_title, now, expected) => {
    expect(isOpen(weekly([5], 22 * 60, 6 * 60, "UTC"), at(now))).toBe(expected);
  });

  test("is as long as the clocks say where summer time takes an hour out", () => {
    const night = weekly([6], 22 * 60, 4 * 60, "Europe/Berlin");
    const open = [...Array(24).keys()].filter((hour) =>
      isOpen(night, at("2026-03-28T12:00:00Z") + hour * 3_600_000),
    );
    expect(open).toHaveLength(5);
  });

  test("is open exactly when the naive model of its beginnings and ends says so", () => {
    const minute = fc.integer({ min: 0, max: 1439 });
    const zone = fc.constantFrom("UTC", "Asia/Tokyo", "Europe/Berlin", "America/St_Johns", "Pacific/Apia");
    const days = fc.uniqueArray(fc.integer({ min: 0, max: 6 }), { minLength: 1 });
    const end = fc.integer({ min: 1, max: 1440 });
    const now = fc.integer({ min: at("2026-01-01T00:00:00Z"), max: at("2028-01-01T00:00:00Z") });
    fc.assert(
      fc.property(days, minute, end, zone, now, (on, from, to, timeZone, moment) => {
        fc.pre(from !== to);
        const window = weekly(on, from, to, timeZone);
        expect(isOpen(window, moment)).toBe(naive(on, from, to, timeZone, moment));
      }),
      { numRuns: 500 },
    );
  });
});

/** Lists the windows that begin yesterday and today as texts of the local clocks, and compares texts. */
function naive(days: readonly number[], from: number, to: number, timeZone: string, now: number): boolean {
  const local = new Date(now).toLocaleString("sv-SE", { timeZone });
  const today = Date.parse(`${local.slice(0, 10)}T00:00:00Z`);
  return [today - DAY, today].some((date) => {
    if (!days.includes(new Date(date).getUTCDay())) return false;
    const end = to > from ? date : date + DAY;
    return local >= clock(date, from) && local < clock(end, to);
  });
}

function clock(date: number, minutes: number): string {
  return new Date(date + minutes * 60_000).toISOString().slice(0, 19).replace("T", " ");
}
