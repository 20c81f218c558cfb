import { failure } from "../../src/model/diagnostic";
import type { WatchMode } from "../../src/model/watch";
import { MemorySchedule } from "../../src/watch/memory-schedule";
import type { NextDue, Schedule, Turn } from "../../src/watch/schedule";
import { refusalOf } from "../rig/tokyo";
import { VirtualClock } from "../rig/virtual-clock";
import { bothYaml, MINUTE, watcherOn } from "./watched";

/** A schedule whose database can be taken away, its table, or the rows in it. */
class Flaky implements Schedule {
  #inner: MemorySchedule;
  isLost = false;
  isDropped = false;
  /** When turns are lost. */
  lost: AbortSignal | undefined;
  madeDue = 0;

  constructor(readonly clock: VirtualClock) {
    this.#inner = new MemorySchedule(clock);
  }

  forget(): void {
    this.#inner = new MemorySchedule(this.clock);
  }

  async add(managers: readonly string[], withinMs?: number): Promise<void> {
    if (this.isDropped) this.forget();
    this.isDropped = false;
    return this.#inner.add(managers, withinMs);
  }

  async take(managers: readonly string[]): Promise<Turn | undefined> {
    this.#check();
    const turn = await this.#inner.take(managers);
    return turn && this.lost ? { ...turn, lost: this.lost } : turn;
  }

  async makeDue(managers: readonly string[]): Promise<void> {
    this.#check();
    this.madeDue += 1;
    return this.#inner.makeDue(managers);
  }

  async nextDue(managers: readonly string[]): Promise<NextDue> {
    this.#check();
    return this.#inner.nextDue(managers);
  }

  #check(): void {
    if (this.isLost) throw failure({ code: "state-unreachable", summary: "the server is gone" });
    if (this.isDropped) throw failure({ code: "state-corrupted", summary: "the table is gone" });
  }
}

const HOUR = 3_600_000;

async function watching(
  own: { readonly once?: boolean; readonly requestMs?: number; readonly mode?: WatchMode } = {},
) {
  const clock = new VirtualClock();
  const schedule = new Flaky(clock);
  return {
    clock,
    schedule,
    ...(await watcherOn({ of: async () => ({ schedule, warnings: [] }) }, clock, own)),
  };
}

test("a schedule that is lost is reported once, and so is that it is back", async () => {
  const { schedule, events, watcher, after, stop } = await watching();
  after(1.5, () => {
    schedule.isLost = true;
  });
  after(10, () => {
    schedule.isLost = false;
  });
  after(20, () => stop.abort());
  await watcher.run();
  expect(events.map(({ event }) => event)).toEqual(["cycle", "cycle", "schedule-lost", "schedule-found"]);
  expect(events[2]).toMatchObject({ diagnostics: [{ code: "state-unreachable" }] });
});

test("a desired state that changes while the schedule is lost is made due when it is back", async () => {
  const { rig, schedule, events, watcher, after, stop } = await watching();
  after(1, () => {
    schedule.isLost = true;
  });
  after(2, () => rig.write("jp1im.yaml", bothYaml({ tokyo: { clients: [] } })));
  after(3, () => {
    expect(schedule.madeDue).toBe(0);
    schedule.isLost = false;
  });
  after(4, () => stop.abort());
  await watcher.run();
  expect(schedule.madeDue).toBe(1);
  expect(events.at(-1)).toMatchObject({ event: "cycle", manager: "tokyo", status: "in-sync" });
});

test("managers that somebody deletes from the schedule are added again, and nothing is reported", async () => {
  const { schedule, events, watcher, after, stop } = await watching();
  after(1.5, () => schedule.forget());
  after(10, () => stop.abort());
  await watcher.run();
  expect(events.map(({ event }) => event)).toEqual(["cycle", "cycle"]);
  expect((await schedule.nextDue(["osaka", "tokyo"])).waitMs).toBeGreaterThan(0);
});

test("a schedule whose table is dropped is created again, and nothing is reported", async () => {
  const { schedule, events, watcher, after, stop } = await watching();
  after(1.5, () => {
    schedule.isDropped = true;
  });
  after(10, () => stop.abort());
  await watcher.run();
  expect(schedule.isDropped).toBe(false);
  expect(events.map(({ event }) => event)).toEqual(["cycle", "cycle"]);
});

test("with --once a schedule that cannot be used ends the watch", async () => {
  const { schedule, watcher } = await watching({ once: true });
  schedule.isLost = true;
  expect(await refusalOf(watcher.run())).toMatchObject({ code: "state-unreachable" });
});

test("a manager that was lost to another replica is not reported, and nothing is written on it", async () => {
  const { rig, schedule, events, watcher, after, stop } = await watching();
  schedule.lost = AbortSignal.abort();
  after(5, () => stop.abort());
  expect(await watcher.run()).toEqual([]);
  expect([events, rig.takeWrites()]).toEqual([[], []]);
});

test("requests in flight on a manager that was lost are given up", async () => {
  const { clock, schedule, watcher, after, stop } = await watching({ requestMs: HOUR });
  const lost = new AbortController();
  schedule.lost = lost.signal;
  after(1, () => lost.abort());
  after(2, () => stop.abort());
  await watcher.run();
  expect(clock.elapsed()).toBeLessThan(HOUR);
});

test("a read in flight is given up where the watch is stopped", async () => {
  const { clock, schedule, watcher, after, stop } = await watching({ requestMs: HOUR });
  schedule.lost = new AbortController().signal;
  after(2, () => stop.abort());
  await watcher.run();
  expect(clock.elapsed()).toBeLessThan(HOUR);
});

test("a write in flight is finished where the watch is stopped", async () => {
  const { schedule, events, watcher, after, stop } = await watching({ requestMs: MINUTE, mode: "apply" });
  schedule.lost = new AbortController().signal;
  after(5.5, () => stop.abort());
  await watcher.run();
  expect(events).toMatchObject([{ manager: "osaka", status: "applied", applied: 1 }]);
});

test("a write that was in flight on a manager that was lost is named", async () => {
  const { schedule, events, watcher, after, stop } = await watching({ requestMs: MINUTE, mode: "apply" });
  const lost = new AbortController();
  schedule.lost = lost.signal;
  after(5.5, () => lost.abort());
  after(10, () => stop.abort());
  await watcher.run();
  const named = {
    ...{ code: "cancelled", address: "osaka/client/edge" },
    ...{
      summary: expect.stringContaining("given up"),
      remedy: expect.stringContaining("may still carry it out"),
    },
  };
  expect(events).toMatchObject([
    {
      manager: "osaka",
      status: "partial",
      diagnostics: expect.arrayContaining([expect.objectContaining(named)]),
    },
  ]);
});
