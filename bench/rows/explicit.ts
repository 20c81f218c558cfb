/** Rows in which the desired state spells out every secret of every agent. */
import { mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { agentOf, CLI, type Fleet } from "../fleet";
import { type Bench, inTurns, type Row } from "../row";
import { agentHosts, keyNames } from "../server/fast-manager";
import { count, timeTable } from "../table";

export const explicitRows: readonly Row[] = [
  {
    name: "validate",
    summary: "validate, a tenth of the secrets, each spelled out",
    measure: measureValidate,
  },
  { name: "import", summary: "import of a fifth of the keys, each spelled out", measure: measureImport },
  { name: "absent", summary: "plan with a fifth of the values, all absent", measure: measureAbsent },
];

const PARTS = 10;
const LEAST_MEMORY = "≤ 256 MiB";

async function measureValidate(bench: Bench): Promise<void> {
  await bench.withFleet({ agents: part(bench, 10) }, async (fleet) => {
    const secrets = spellOut(fleet);
    const parts = inParts(fleet);
    const [whole = [], divided = []] = await inTurns(
      bench.rounds,
      () => fleet.cli(["validate"]),
      () => fleet.run([CLI, "validate", "-f", parts]),
    );
    const goal = "≤ 1.0 s";
    const megabytes = (statSync(fleet.desired).size / 1e6).toFixed(1);
    timeTable(bench.print, "`validate`", [
      { what: `**YAML of ${secrets} explicit secrets, one file of ${megabytes} MB**`, runs: whole, goal },
      { what: `**the same in a folder of ${PARTS} files**`, runs: divided, goal },
    ]);
  });
}

/** The folder of files in which the desired state is divided, by agents. */
function inParts(fleet: Fleet): string {
  const folder = join(fleet.folder, "parts");
  mkdirSync(folder);
  const [head = "", ...agents] = readFileSync(fleet.desired, "utf8").split(/^(?= {6}- )/m);
  writeFileSync(join(folder, "manager.yaml"), head.replace(/^ {4}agents:\n/m, ""));
  const size = Math.ceil(agents.length / PARTS);
  for (let start = 0; start < agents.length; start += size) {
    const some = agents.slice(start, start + size).join("");
    const document = `apiVersion: jp1im/v1\nmanagers:\n  tokyo:\n    agents:\n${some}`;
    writeFileSync(join(folder, `agents-${start}.yaml`), document);
  }
  return folder;
}

async function measureImport(bench: Bench): Promise<void> {
  await bench.withFleet({ agents: part(bench, 5), holding: "same" }, async (fleet) => {
    const secrets = spellOut(fleet);
    const [floors = [], runs = []] = await inTurns(
      bench.rounds,
      () => fleet.floor("read"),
      () => fleet.startOver().then(() => fleet.cli(["import", "--all"])),
    );
    timeTable(bench.print, "`import --all`", [
      { what: "floor: the list of agents and the keys of each", runs: floors, floor: floors },
      { what: `**import of ${secrets} keys**`, runs, floor: floors, goal: LEAST_MEMORY },
    ]);
  });
}

/** The variables that the values come from are not set: an imported secret stays as it is, and another one is an error. */
async function measureAbsent(bench: Bench): Promise<void> {
  await bench.withFleet({ agents: part(bench, 5), holding: "same" }, async (fleet) => {
    const secrets = spellOut(fleet);
    const plan = (state: string) => fleet.cli(["plan"], { accept: [1], env: { JP1IM_STATE: state } });
    await fleet.cli(["import", "--all"]);
    const [imported = [], unknown = []] = await inTurns(
      bench.rounds,
      () => plan(fleet.state),
      () => plan(`${fleet.state}-empty`),
    );
    timeTable(bench.print, "`plan`", [
      { what: `**${secrets} absent values, imported before**`, runs: imported, goal: LEAST_MEMORY },
      { what: `**${secrets} absent values, each an error**`, runs: unknown, goal: LEAST_MEMORY },
    ]);
  });
}

function part({ agents }: Bench, divisor: number): number {
  return Math.max(1, Math.round(agents / divisor));
}

/** Each secret has a variable of its own. How many there are. */
function spellOut(fleet: Fleet): string {
  const agents = agentHosts(fleet.agents).map((host) =>
    agentOf(
      `host: ${host}`,
      keyNames(fleet.keys).map((name) => [name, `${host}_${name}`.replaceAll("-", "_").toUpperCase()]),
    ),
  );
  fleet.declare(agents.join(""));
  return count(fleet.agents * fleet.keys);
}
