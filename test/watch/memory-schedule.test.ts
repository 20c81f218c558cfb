import { MemorySchedule } from "../../src/watch/memory-schedule";
import { ManualClock } from "../platform/manual-clock";
import { scheduleContract } from "./schedule-contract";

const clock = new ManualClock(1_000_000);

scheduleContract(
  async () => new MemorySchedule(clock),
  () => clock.now(),
);
