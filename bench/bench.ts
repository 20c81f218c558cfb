/**
 * `npm run bench`: one table, every figure from the same run against one simulator process for each size of fleet.
 * Times are read as ratios to the floor (see floor.ts), because the machine's speed is not ours.
 */
import { fork, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { cpus, tmpdir, totalmem } from "node:os";
import { join } from "node:path";
import { type Fleet, makeFleet } from "./fleet";
import { type Measured, measureNode, median } from "./measure";

const ROOT = join(__dirname, "..", "..");
const CLI = join(ROOT, "dist", "cli", "bin.js");
const FLOOR = join(__dirname, "floor.js");
const ROUNDS = 3;
const START_ROUNDS = 40;
const CURL_SAMPLE = 100;
const PORT = 29_703;

async function main(): Promise<void> {
  const sizes = process.argv.slice(2).map(Number);
  const folder = mkdtempSync(join(tmpdir(), "jp1im-bench-"));
  print(
    `Node ${process.version}, ${cpus().length} × ${cpus()[0]?.model}, ${Math.round(totalmem() / 2 ** 30)} GiB`,
  );
  print(`Medians of ${ROUNDS} rounds; ours and the floor take turns.\n`);
  try {
    await startUp();
    await planningAlone();
    for (const [number, agents] of (sizes.length > 0 ? sizes : [1000, 10_000]).entries()) {
      await fleetTable(makeFleet(join(folder, String(agents)), agents, 100, PORT + number));
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** In processor time, which other programs on the machine change less than the time that passes. */
async function startUp(): Promise<void> {
  const commands = {
    "node -e 0": ["-e", "0"],
    "jp1im --version": [CLI, "--version"],
    "jp1im validate": [CLI, "validate", "-f", join(ROOT, "examples", "first-steps", "jp1im.yaml")],
  };
  const times = new Map<string, number[]>(Object.keys(commands).map((name) => [name, []]));
  for (let round = 0; round < START_ROUNDS; round++) {
    for (const [name, script] of Object.entries(commands)) {
      times.get(name)?.push((await measureNode(script)).cpuSeconds ?? Number.NaN);
    }
  }
  const bare = times.get("node -e 0") ?? [];
  print(`Start-up in processor time, ${START_ROUNDS} rounds in turns`);
  print("| what | median | × bare Node |\n|---|---|---|");
  for (const [name, all] of times) {
    const ratios = all.map((each, round) => each / (bare[round] ?? Number.NaN));
    print(`| ${name} | ${ms(median(all))} | ${median(ratios).toFixed(2)} |`);
  }
  print("");
}

async function planningAlone(): Promise<void> {
  const { stdout, peakMiB } = await measureNode([join(__dirname, "plan-only.js"), "10000", "100"]);
  const { unchanged, milliseconds } = JSON.parse(stdout);
  print(
    `Planning alone, ${count(unchanged)} keys in sync: ${Math.round(milliseconds)} ms, peak ${mib(peakMiB)}\n`,
  );
}

async function fleetTable(fleet: Fleet): Promise<void> {
  print(`${count(fleet.agents)} agents × ${fleet.keys} keys`);
  print("| what | wall | × floor | peak memory | requests |\n|---|---|---|---|---|");
  const simulator = await startSimulator(fleet);
  const run = (...script: string[]) => measured(simulator, fleet, script);
  const cli = (...args: string[]) => run(CLI, ...args, "-f", fleet.desired);
  const floor = (mode: string) => run(FLOOR, `http://127.0.0.1:${fleet.port}`, mode);
  try {
    const first = await cli("apply", "--auto-approve");
    const [plans, reads] = await inTurns(
      () => cli("plan"),
      () => floor("read"),
    );
    let round = 0;
    const changeOne = () => {
      fleet.env.BENCH_0001 = `changed-${++round}`;
      return cli("apply", "--auto-approve");
    };
    const [applies, writes] = await inTurns(changeOne, () => floor("write"));
    row("floor: bare undici, list of agents and keys of each", reads, reads);
    row("plan, everything in sync", plans, reads);
    row("floor: the same, and one change per agent", writes, writes);
    row("apply, one changed key per agent", applies, writes);
    row("first apply, every key written", [first]);
    curlLoop(fleet, reads);
  } finally {
    simulator.stop();
  }
  print("");
}

interface Run extends Measured {
  readonly requests: number;
}

async function measured(simulator: RunningSimulator, fleet: Fleet, script: readonly string[]): Promise<Run> {
  const before = await simulator.requests();
  const result = await measureNode(script, fleet.env);
  if (result.code !== 0)
    throw new Error(`${script.join(" ")} ended with ${result.code}:\n${result.stderr.slice(-2000)}`);
  return { ...result, requests: (await simulator.requests()) - before };
}

async function inTurns(ours: () => Promise<Run>, floor: () => Promise<Run>): Promise<[Run[], Run[]]> {
  const [mine, theirs]: [Run[], Run[]] = [[], []];
  for (let round = 0; round < ROUNDS; round++) {
    theirs.push(await floor());
    mine.push(await ours());
  }
  return [mine, theirs];
}

function row(what: string, runs: readonly Run[], floor?: readonly Run[]): void {
  const wall = median(runs.map(({ seconds }) => seconds));
  const against = floor ? ratio(wall, median(floor.map(({ seconds }) => seconds))) : "";
  const peak = mib(Math.max(...runs.map(({ peakMiB = 0 }) => peakMiB)));
  print(`| ${what} | ${wall.toFixed(2)} s | ${against} | ${peak} | ${count(runs.at(-1)?.requests ?? 0)} |`);
}

/** What people do today: one `curl | jq` for each agent. A sample tells the rest. */
function curlLoop(fleet: Fleet, floor: readonly Run[]): void {
  const agents = Math.min(CURL_SAMPLE, fleet.agents);
  const loop = `for n in $(seq -w 1 ${fleet.agents} | head -n ${agents}); do
    curl -sS -H "Authorization: Bearer $(printf 'jp1admin:%s' "$BENCH_PASSWORD" | base64)" -H 'Content-Type: application/json' \
      -d '{"agenthost":"agent'$n'","managerhost":"immhost01"}' http://127.0.0.1:${fleet.port}/im/api/v1/agents/secrets | jq -r '.secrets | length'
  done`;
  if (spawnSync("sh", ["-c", "command -v curl && command -v jq"]).status !== 0) {
    print("(no curl or no jq on this machine: their loop is not measured)");
    return;
  }
  const start = process.hrtime.bigint();
  const { stdout } = spawnSync("sh", ["-c", loop], {
    env: { ...process.env, ...fleet.env },
    encoding: "utf8",
  });
  const answers = stdout.split("\n").filter((line) => Number(line) >= fleet.keys).length;
  if (answers !== agents) throw new Error(`the curl loop got ${answers} full answers instead of ${agents}`);
  const wall = (Number(process.hrtime.bigint() - start) / 1e9 / agents) * fleet.agents;
  const against = ratio(wall, median(floor.map(({ seconds }) => seconds)));
  print(
    `| curl and jq in a loop (from ${agents} agents) | ${wall.toFixed(1)} s | ${against} | | ${count(fleet.agents)} |`,
  );
}

interface RunningSimulator {
  requests(): Promise<number>;
  stop(): void;
}

async function startSimulator(fleet: Fleet): Promise<RunningSimulator> {
  const child = fork(join(__dirname, "simulator-process.js"), [fleet.world]);
  const answer = async () => (await once(child, "message"))[0];
  await answer();
  return {
    requests: async () => {
      child.send("count");
      return Number(await answer());
    },
    stop: () => child.disconnect(),
  };
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

function ms(seconds: number): string {
  return `${Math.round(seconds * 1000)} ms`;
}

function mib(value: number | undefined): string {
  return value ? `${Math.round(value)} MiB` : "";
}

function ratio(value: number, floor: number): string {
  return (value / floor).toFixed(2);
}

function count(value: number): string {
  return value.toLocaleString("en");
}

main().catch((error: Error) => {
  process.stderr.write(`${error.stack}\n`);
  process.exitCode = 1;
});
