import { failure } from "../../src/model/diagnostic";
import { MemorySchedule } from "../../src/watch/memory-schedule";
import type { Turn } from "../../src/watch/schedule";
import { refusalOf } from "../rig/tokyo";
import { VirtualClock } from "../rig/virtual-clock";
import { bothYaml, watcherOn } from "./watched";

/** A schedule whose database can be taken away. */
class Flaky extends MemorySchedule {
  isLost = false;
  /** Turns that are lost as soon as they are taken. */
  losesTurns = false;
  hastened = 0;

  override async take(managers: readonly string[]): Promise<Turn | undefined> {
    this.#check();
    const turn = await super.take(managers);
    return turn && this.losesTurns ? { ...turn, lost: AbortSignal.abort() } : turn;
  }

  override async hasten(managers: readonly string[]): Promise<void> {
    this.#check();
    this.hastened += 1;
    return super.hasten(managers);
  }

  override async nextDue(managers: readonly string[]): Promise<number | undefined> {
    this.#check();
    return super.nextDue(managers);
  }

  #check(): void {
    if (this.isLost) throw failure({ code: "state-unreachable", summary: "the server is gone" });
  }
}

async function watching(own: { readonly once?: boolean } = {}) {
  const clock = new VirtualClock();
  const schedule = new Flaky(clock);
  return { schedule, ...(await watcherOn({ of: async () => ({ schedule, warnings: [] }) }, clock, own)) };
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
    expect(schedule.hastened).toBe(0);
    schedule.isLost = false;
  });
  after(4, () => stop.abort());
  await watcher.run();
  expect(schedule.hastened).toBe(1);
  expect(events.at(-1)).toMatchObject({ event: "cycle", manager: "tokyo", status: "in-sync" });
});

test("with --once a schedule that cannot be used ends the watch", async () => {
  const { schedule, watcher } = await watching({ once: true });
  schedule.isLost = true;
  expect(await refusalOf(watcher.run())).toMatchObject({ code: "state-unreachable" });
});

test("a manager that was lost to another replica is not reported, and nothing is written on it", async () => {
  const { rig, schedule, events, watcher, after, stop } = await watching();
  schedule.losesTurns = true;
  after(5, () => stop.abort());
  expect(await watcher.run()).toEqual([]);
  expect([events, rig.takeWrites()]).toEqual([[], []]);
});

test("with --once each manager has its turn, also where replicas have it in an hour", async () => {
  const { schedule, watcher } = await watching({ once: true });
  await schedule.add(["tokyo", "osaka"], 3_600_000);
  for (const manager of ["tokyo", "osaka"]) {
    const turn = await schedule.take([manager]);
    await turn?.giveBack({ dueAt: Date.UTC(2100, 0, 1), failures: 0 });
  }
  expect((await watcher.run()).map(({ manager }) => manager)).toEqual(["osaka", "tokyo"]);
  // The replicas have their turn next, whatever interval this watch would have had.
  expect(await schedule.take(["tokyo"])).toBeDefined();
  expect(await schedule.take(["osaka"])).toBeDefined();
});

test("with --once a manager that another replica has is waited for", async () => {
  const { schedule, watcher, after } = await watching({ once: true });
  await schedule.add(["tokyo", "osaka"], 3_600_000);
  const turn = await schedule.take(["tokyo"]);
  after(3, () => turn?.giveBack({ dueAt: Date.UTC(2100, 0, 1), failures: 0 }));
  expect((await watcher.run()).map(({ manager }) => manager)).toEqual(["osaka", "tokyo"]);
});
