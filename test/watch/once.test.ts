/** `--once` beside replicas: it asks each manager now, and changes nothing of what they have planned. */
import { MemorySchedule } from "../../src/watch/memory-schedule";
import { VirtualClock } from "../rig/virtual-clock";
import { watcherOn } from "./watched";

const both = ["osaka", "tokyo"];
const HOUR = 3_600_000;

async function once(own: { readonly requestMs?: number } = {}) {
  const clock = new VirtualClock();
  const schedule = new MemorySchedule(clock);
  const watched = await watcherOn({ of: async () => ({ schedule, warnings: [] }) }, clock, {
    once: true,
    ...own,
  });
  const giveBackAll = async (failures: number) => {
    await schedule.add(both);
    for (const manager of both) await (await schedule.take([manager]))?.giveBack({ waitMs: HOUR, failures });
  };
  return { clock, schedule, giveBackAll, ...watched };
}

test("each manager has its turn, also where replicas have it in an hour, and they have their turn next", async () => {
  const { schedule, watcher, giveBackAll } = await once();
  await giveBackAll(0);
  expect((await watcher.run()).map(({ manager }) => manager)).toEqual(both);
  expect(await schedule.take(["tokyo"])).toBeDefined();
  expect(await schedule.take(["osaka"])).toBeDefined();
});

test("a manager that another replica has is waited for, and is not made due again for that one", async () => {
  const { schedule, watcher, after, events } = await once();
  await schedule.add(both);
  const turn = await schedule.take(["tokyo"]);
  const back = { isDue: true };
  after(3, async () => {
    await turn?.giveBack({ waitMs: HOUR, failures: 2 });
    back.isDue = (await schedule.take(["tokyo"])) !== undefined;
  });
  expect((await watcher.run()).map(({ manager, failures }) => [manager, failures])).toEqual([
    ["osaka", 0],
    ["tokyo", 0],
  ]);
  expect(back.isDue).toBe(false);
  const waits = events.flatMap((each) => (each.event === "waiting" ? each.diagnostics : []));
  expect(waits).toMatchObject([{ summary: expect.stringContaining("another replica of watch has tokyo:") }]);
});

test("it ends beside a replica whose cycles are long and whose interval is the shortest", async () => {
  const { clock, schedule, watcher, stop, after } = await once();
  await schedule.add(both);
  let cycles = 0;
  const replica = async () => {
    while (!stop.signal.aborted) {
      const turn = await schedule.take(["tokyo"]);
      if (turn !== undefined) cycles += 1;
      await clock.sleep(turn ? 7_000 : 50);
      await turn?.giveBack({ waitMs: 900, failures: 0 });
    }
  };
  const running = replica();
  after(60, () => stop.abort());
  const reconciled = await watcher.run();
  const seen = cycles;
  stop.abort();
  await running;
  expect(reconciled.map(({ manager }) => manager)).toEqual(both);
  expect(seen).toBe(1);
});

test("a manager that fails keeps the failures that it had, and a pause before the next try", async () => {
  const { rig, schedule, watcher, giveBackAll } = await once();
  await giveBackAll(2);
  rig.simulation.edit({ manager: "tokyo", type: "set-manager-state", state: "down" });
  expect((await watcher.run()).map(({ status, failures }) => [status, failures])).toEqual([
    ["drifted", 0],
    ["failed", 3],
  ]);
  expect((await schedule.nextDue(["osaka"])).waitMs).toBe(0);
  expect((await schedule.nextDue(["tokyo"])).waitMs).toBeGreaterThan(60_000);
});

test("one that is stopped in the middle of a manager that fails leaves it a pause as well", async () => {
  const { schedule, watcher, giveBackAll, stop, after } = await once({ requestMs: 60_000 });
  await giveBackAll(2);
  after(0.5, () => stop.abort());
  expect(await watcher.run()).toEqual([]);
  expect((await schedule.nextDue(["tokyo"])).waitMs).toBeGreaterThan(60_000);
});
