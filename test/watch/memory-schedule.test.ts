import { MemorySchedule } from "../../src/watch/memory-schedule";
import { ManualClock } from "../platform/manual-clock";

const names = ["osaka", "tokyo"];

async function scheduled() {
  const clock = new ManualClock(1_000);
  const schedule = new MemorySchedule(clock);
  await schedule.add(names);
  const take = async () => {
    const turn = await schedule.take(names);
    if (turn === undefined) throw new Error("no manager is due");
    return turn;
  };
  return { clock, schedule, take };
}

test("each new manager is due at once, and is taken by one at a time", async () => {
  const { schedule, take } = await scheduled();
  expect([(await take()).manager, (await take()).manager].sort()).toEqual(names);
  expect(await schedule.take(names)).toBeUndefined();
  expect(await schedule.nextDue(names)).toBeUndefined();
});

test("a manager that was given back comes again when it is due, with its failures", async () => {
  const { clock, schedule, take } = await scheduled();
  await (await take()).giveBack({ dueAt: 5_000, failures: 2 });
  await (await take()).giveBack({ dueAt: 3_000, failures: 0 });
  expect(await schedule.nextDue(names)).toBe(3_000);
  expect(await schedule.take(names)).toBeUndefined();
  await clock.advance(4_000);
  expect(await take()).toMatchObject({ failures: 0 });
  expect(await take()).toMatchObject({ failures: 2 });
});

test("adding a manager again leaves its time alone", async () => {
  const { schedule, take } = await scheduled();
  await (await take()).giveBack({ dueAt: 5_000, failures: 0 });
  await (await take()).giveBack({ dueAt: 5_000, failures: 0 });
  await schedule.add([...names, "nagoya"]);
  expect(await schedule.nextDue(names)).toBe(5_000);
  expect(await schedule.take(["nagoya"])).toMatchObject({ manager: "nagoya" });
});

test("a manager that is hastened while somebody has it is due again when that one gives it back", async () => {
  const { schedule, take } = await scheduled();
  const turn = await take();
  await (await take()).giveBack({ dueAt: 9_000, failures: 3 });
  await schedule.hasten(names);
  await turn.giveBack({ dueAt: 9_000, failures: 0 });
  expect([await take(), await take()].map(({ failures }) => failures)).toEqual([0, 0]);
});

test("only the managers that are asked for are taken", async () => {
  const { schedule } = await scheduled();
  expect(await schedule.take(["tokyo"])).toMatchObject({ manager: "tokyo" });
  expect(await schedule.take(["tokyo"])).toBeUndefined();
});
