import { type DesiredChoice, History } from "./history";

const desired: DesiredChoice = {
  clients: { c1: 1, c2: 1 },
  initialSecret: 1,
  lowerManagers: ["osaka"],
  agents: { web01: { k1: "V1" }, web02: { k1: "V2" }, "batch-*": { k1: "V3" } },
  prune: "owned",
};

test.each([1, 2, 3, 4, 5, 6, 7])(
  "a run that is cancelled after %i changes tells what it left, and the next run finishes it",
  async (steps) => {
    const history = await History.create();
    await history.desire(desired);
    const { rig } = history;
    const around = rig.around();
    let done = 0;
    const push = rig.events.push.bind(rig.events);
    rig.events.push = (...events) => {
      for (const event of events) {
        if (event.type === "step" && event.phase === "apply" && ++done === steps) rig.cancel();
      }
      return push(...events);
    };
    const outcome = await history.apply();
    rig.events.push = push;
    expect(around.signal.aborted).toBe(true);
    expect(outcome.cancelled).toBe(true);
    const { applied, failed, skipped } = outcome.summary;
    expect(applied + failed + skipped).toBe(outcome.plan.changes.length);
    expect(applied).toBeGreaterThanOrEqual(Math.min(steps, 1));
    expect(skipped).toBeGreaterThan(0);
    const { plan, summary } = await history.apply();
    expect(summary).toMatchObject({ failed: 0, skipped: 0 });
    await history.checkConverged(plan);
  },
);
