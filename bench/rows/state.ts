import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { agentOf, type Fleet, STATE_LOAD, selectorOf } from "../fleet";
import { type Bench, inTurns, type Row } from "../row";
import { agentHosts } from "../server/fast-manager";
import { count, KILOBYTES, spread, table, timeTable } from "../table";

export const stateRow: Row = {
  name: "state",
  summary: "load of the state, and what an apply that changes 10 agents writes to it",
  measure: measureState,
};

const CHANGED = 10;
const EXTRA = "secret-extra";

async function measureState(bench: Bench): Promise<void> {
  await bench.withFleet({}, async (fleet) => {
    declareExtra(fleet);
    fleet.change([EXTRA]);
    await fleet.cli(["apply", "--auto-approve"]);
    const [loads = [], written = []] = await inTurns<Load | number>(
      bench.rounds,
      () => load(fleet),
      () => changeTen(fleet),
    );
    const fingerprints = count((loads as Load[])[0]?.fingerprints);
    timeTable(bench.print, "state", [
      { what: `**load of ${fingerprints} fingerprints**`, runs: loads as Load[], goal: "≤ 0.15 s" },
    ]);
    table(
      bench.print,
      ["state", "written", "goal"],
      [[`**an apply that changes ${CHANGED} agents**`, spread(written as number[], KILOBYTES), "≤ 20 kB"]],
    );
  });
}

interface Load {
  readonly fingerprints: number;
  readonly seconds: number;
  readonly cpuSeconds: number;
}

async function load(fleet: Fleet): Promise<Load> {
  const { stdout, peakMiB } = await fleet.run([STATE_LOAD, fleet.state]);
  return { ...JSON.parse(stdout), peakMiB };
}

/** The first ten agents have a key more than the others. */
function declareExtra(fleet: Fleet): void {
  const some = agentHosts(fleet.agents).slice(0, CHANGED);
  const extra = some.map((host) => agentOf(`host: ${host}`, [[EXTRA, "BENCH_extra"]]));
  fleet.declare(`${selectorOf(fleet.keys)}${extra.join("")}`);
}

/** The bytes by which the state's files grew, and all of those that were replaced. */
async function changeTen(fleet: Fleet): Promise<number> {
  const before = filesBelow(fleet.state);
  fleet.change([EXTRA]);
  await fleet.cli(["apply", "--auto-approve"]);
  const grown = [...filesBelow(fleet.state)].map(([inode, size]) => size - (before.get(inode) ?? 0));
  return grown.reduce((sum, bytes) => sum + bytes, 0);
}

function filesBelow(folder: string): Map<number, number> {
  const paths = readdirSync(folder, { recursive: true, encoding: "utf8" }).map((name) => join(folder, name));
  const files = paths.map((path) => statSync(path)).filter((status) => status.isFile());
  return new Map(files.map(({ ino, size }) => [ino, size]));
}
