import { selectorOf } from "../fleet";
import { type Bench, inTurns, type Row } from "../row";
import { timeTable } from "../table";

export const rebuildRow: Row = {
  name: "rebuild",
  summary: "rebuild of the manager, every key written again",
  measure: measureRebuild,
};

/** The new manager has another host name at another address, and its agents hold what they held. */
async function measureRebuild(bench: Bench): Promise<void> {
  const args = ["rebuild", "--manager", "tokyo", "--replaces", "immhost01", "--auto-approve"];
  await bench.withFleet({ holding: "same", host: "immhost02" }, (next) =>
    bench.withFleet({}, async (lost) => {
      await lost.cli(["apply", "--auto-approve"]);
      next.declare(selectorOf(next.keys));
      const [floors = [], runs = []] = await inTurns(
        bench.rounds,
        () => next.floor("write-all"),
        () => {
          next.takeState(lost);
          return next.cli(args);
        },
      );
      timeTable(bench.print, "rebuild", [
        { what: "floor: the plan's, and every key of each agent in one change", runs: floors, floor: floors },
        { what: "**rebuild**", runs, floor: floors, goal: "≤ 1.3 ×" },
      ]);
    }),
  );
}
