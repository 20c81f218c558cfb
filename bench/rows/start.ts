import { join } from "node:path";
import { CLI, ROOT } from "../fleet";
import { measure } from "../measure";
import { type Bench, inTurns, type Row } from "../row";
import { timeTable } from "../table";

export const startRow: Row = {
  name: "start",
  summary: "start-up of --version and validate, against bare Node",
  measure: measureStart,
};

/** A single start is too short for the shell's clock. */
const TIMES = 10;
const SMALL = join(ROOT, "examples", "first-steps", "jp1im.yaml");

async function measureStart({ rounds, print }: Bench): Promise<void> {
  const start = (...script: string[]) => measure({ command: [process.execPath, ...script], times: TIMES });
  const [bare = [], version = [], validate = []] = await inTurns(
    rounds,
    () => start("-e", "0"),
    () => start(CLI, "--version"),
    () => start(CLI, "validate", "-f", SMALL),
  );
  print(`Each run is the mean of ${TIMES} starts; NODE_EXTRA_CA_CERTS is not set.\n`);
  const lines = [
    { what: "`node -e 0`", runs: bare, floor: bare },
    { what: "`jp1im --version`", runs: version, floor: bare, goal: "≤ 1.1 ×" },
    { what: "`jp1im validate` of `examples/first-steps`", runs: validate, floor: bare, goal: "≤ 1.5 ×" },
  ];
  timeTable(print, "start-up", lines, "bare Node");
}
