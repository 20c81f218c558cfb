/** A watch whose desired state names another place for the state: a replica that starts there must not have its managers as well. */
import { type Diagnostic, failure } from "../../src/model/diagnostic";
import { MemorySchedule } from "../../src/watch/memory-schedule";
import type { Turn } from "../../src/watch/schedule";
import { VirtualClock } from "../rig/virtual-clock";
import { bothYaml, MINUTE, watcherOn } from "./watched";

const moved = JSON.stringify({ ...JSON.parse(bothYaml()), state: { local: { path: "elsewhere" } } });

const exposed: Diagnostic = {
  ...{ code: "insecure-setting", severity: "warning", summary: "everything travels in clear text" },
};

/** Says when two turns of one manager overlap. */
class Observed extends MemorySchedule {
  taken = 0;

  constructor(
    clock: VirtualClock,
    readonly running: Set<string>,
    readonly overlaps: string[],
  ) {
    super(clock);
  }

  override async take(managers: readonly string[]): Promise<Turn | undefined> {
    const turn = await super.take(managers);
    if (turn === undefined) return undefined;
    const { running, overlaps } = this;
    this.taken += 1;
    if (running.has(turn.manager)) overlaps.push(turn.manager);
    running.add(turn.manager);
    return {
      ...turn,
      giveBack: async (next) => {
        running.delete(turn.manager);
        await turn.giveBack(next);
      },
    };
  }
}

async function watching(requestMs = 0) {
  const clock = new VirtualClock();
  const running = new Set<string>();
  const overlaps: string[] = [];
  const [left, entered] = [
    new Observed(clock, running, overlaps),
    new Observed(clock, running, overlaps),
  ] as const;
  const there = { isReachable: true };
  const places = {
    left: { schedule: left, warnings: [] },
    entered: { schedule: entered, warnings: [exposed] },
  };
  const state = {
    of: async (desired: { readonly state?: unknown }) => {
      if (desired.state === undefined) return places.left;
      if (there.isReachable) return places.entered;
      throw failure({ code: "state-unreachable", summary: "the server does not answer" });
    },
  };
  const watched = await watcherOn(state, clock, { requestMs });
  watched.after(1.5, () => watched.rig.write("jp1im.yaml", moved));
  return { ...watched, left, entered, overlaps, there };
}

test("its turns come from the schedule of the new place, and none from the old one", async () => {
  const { watcher, after, stop, left, entered } = await watching();
  const taken = { atMove: 0 };
  after(2, () => {
    taken.atMove = left.taken;
  });
  after(10, () => stop.abort());
  await watcher.run();
  expect(taken.atMove).toBeGreaterThan(0);
  expect(left.taken).toBe(taken.atMove);
  expect(entered.taken).toBeGreaterThan(10);
});

test("a manager that another replica has at the new place is left to it", async () => {
  const { watcher, events, after, stop, entered } = await watching();
  await entered.add(["tokyo", "osaka"], MINUTE);
  expect(await entered.take(["tokyo"])).toBeDefined();
  after(10, () => stop.abort());
  await watcher.run();
  const afterMove = events.slice(events.findIndex(({ event }) => event === "loaded"));
  expect(afterMove.length).toBeGreaterThan(0);
  expect(afterMove.filter((each) => each.event === "cycle" && each.manager === "tokyo")).toEqual([]);
});

test("where the new place cannot be reached, no turn is taken, and the watch goes on once it can", async () => {
  const { watcher, events, after, stop, there, entered } = await watching();
  there.isReachable = false;
  const seen = { atLoss: 0 };
  after(5, () => {
    seen.atLoss = events.filter(({ event }) => event === "schedule-lost").length;
    there.isReachable = true;
  });
  after(10, () => stop.abort());
  await watcher.run();
  expect(events.map(({ event }) => event).filter((event) => event !== "cycle")).toEqual([
    "loaded",
    "schedule-lost",
    "schedule-found",
  ]);
  expect(seen.atLoss).toBe(1);
  expect(entered.taken).toBeGreaterThan(4);
});

test("a manager that is being reconciled when the state moves has its next turn after that", async () => {
  const { watcher, after, stop, left, entered, overlaps } = await watching(MINUTE);
  after(30, () => stop.abort());
  await watcher.run();
  expect(left.taken).toBe(2);
  expect(entered.taken).toBeGreaterThan(2);
  expect(overlaps).toEqual([]);
});

test("what there is to warn of at the new place is reported once, with the desired state that names it", async () => {
  const { watcher, rig, events, after, stop } = await watching();
  const again = JSON.stringify({
    ...JSON.parse(moved),
    managers: { tokyo: JSON.parse(moved).managers.tokyo },
  });
  after(5, () => rig.write("jp1im.yaml", again));
  after(10, () => stop.abort());
  await watcher.run();
  const loaded = events.flatMap((each) => (each.event === "loaded" ? [each.diagnostics] : []));
  expect(loaded.map((each) => each.includes(exposed))).toEqual([true, false]);
});
