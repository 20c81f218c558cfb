import { type Bench, inTurns, type Row } from "../row";
import { keyNames } from "../server/fast-manager";
import { timeTable } from "../table";

export const applyRows: readonly Row[] = [
  { name: "apply", summary: "apply, one changed key per agent", measure: measureApply },
  { name: "first-apply", summary: "first apply, every key written", measure: measureFirstApply },
];

async function measureApply(bench: Bench): Promise<void> {
  await bench.withFleet({}, async (fleet) => {
    await fleet.cli(["apply", "--auto-approve"]);
    const [floors = [], applies = []] = await inTurns(
      bench.rounds,
      () => fleet.floor("write"),
      () => {
        fleet.change(keyNames(1));
        return fleet.cli(["apply", "--auto-approve"]);
      },
    );
    timeTable(bench.print, "apply", [
      { what: "floor: the plan's, and one change per agent", runs: floors, floor: floors },
      { what: "**apply, one changed key per agent**", runs: applies, floor: floors, goal: "≤ 1.4 ×" },
    ]);
  });
}

async function measureFirstApply(bench: Bench): Promise<void> {
  await bench.withFleet({}, async (fleet) => {
    const afresh = async () => fleet.startOver();
    const [floors = [], applies = []] = await inTurns(
      bench.rounds,
      () => afresh().then(() => fleet.floor("write-all")),
      () => afresh().then(() => fleet.cli(["apply", "--auto-approve"])),
    );
    timeTable(bench.print, "first apply", [
      { what: "floor: the plan's, and every key of each agent in one change", runs: floors, floor: floors },
      {
        what: "**first apply, every key written**",
        runs: applies,
        floor: floors,
        goal: "≤ 1.6 ×, ≤ 256 MiB",
      },
    ]);
  });
}
