import { MemorySchedule } from "../../src/watch/memory-schedule";
import { ManualClock } from "../platform/manual-clock";
import { scheduleContract } from "./schedule-contract";

const clock = new ManualClock(1_000_000);

scheduleContract(async () => new MemorySchedule(clock));

test("a host whose clock is set back delays nothing", async () => {
  const schedule = new MemorySchedule(clock);
  await schedule.add(["tokyo"]);
  await (await schedule.take(["tokyo"]))?.giveBack({ waitMs: 60_000, failures: 0 });
  clock.set(clock.now() - 3_600_000);
  await clock.advance(60_000);
  expect(await schedule.take(["tokyo"])).toMatchObject({ manager: "tokyo" });
});
