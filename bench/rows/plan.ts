import { type Bench, inTurns, type Row } from "../row";
import type { FleetSettings } from "../server/fast-manager";
import { timeTable } from "../table";

export const planRows: readonly Row[] = [
  {
    name: "plan",
    summary: "plan, everything in sync",
    measure: (bench) => measurePlan(bench, "plan, everything in sync", "≤ 1.0 ×, ≤ 160 MiB", {}),
  },
  {
    name: "plan-different",
    summary: "plan in sync, every agent's list differs in order and content",
    measure: (bench) =>
      measurePlan(bench, "plan in sync, every agent's list differs", "≤ 1.1 ×", { holding: "different" }),
  },
  {
    name: "plan-reordered",
    summary: "the same, and every list comes in another order than the last time",
    measure: (bench) =>
      measurePlan(bench, "the same, in another order each time", "", { holding: "different", reorder: true }),
  },
];

async function measurePlan(
  bench: Bench,
  what: string,
  goal: string,
  settings: Partial<FleetSettings>,
): Promise<void> {
  await bench.withFleet(settings, async (fleet) => {
    await fleet.cli(["apply", "--auto-approve", "--new-state"]);
    const [floors = [], plans = []] = await inTurns(
      bench.rounds,
      () => fleet.floor("read"),
      // Exit code 2 would say that there are changes.
      () => fleet.cli(["plan", "--detailed-exitcode"]),
    );
    timeTable(bench.print, "plan", [
      { what: "floor: the list of agents and the keys of each", runs: floors, floor: floors },
      { what: `**${what}**`, runs: plans, floor: floors, goal },
    ]);
  });
}
