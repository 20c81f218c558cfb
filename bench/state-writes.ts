/**
 * What a state costs in each place: `node build/bench/state-writes.js folder,git,http,postgres://USER@HOST/DATABASE [AGENTS…]` prints a
 * table of the flushes and bytes of a first apply, of a plan, and of an apply that changes one key of each agent.
 */
import { fork } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Fleet, makeFleet } from "./fleet";
import { measureNode } from "./measure";
import { type CountingPlace, openPlace } from "./state-places";

const CLI = join(__dirname, "..", "..", "dist", "cli", "bin.js");
const KEYS = 10;
const PORT = 29_803;
const STATE_KEY = randomBytes(32).toString("base64");

async function main([places = "folder,git,http", ...sizes]: readonly string[]): Promise<void> {
  print("| agents | state | run | wall | flushes | written |");
  print("| --- | --- | --- | --- | --- | --- |");
  for (const agents of sizes.length > 0 ? sizes : ["1000", "10000"]) {
    for (const argument of places.split(",")) await measurePlace(argument, Number(agents));
  }
}

async function measurePlace(argument: string, agents: number): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "jp1im-bench-state-"));
  const place = await openPlace(argument, folder);
  try {
    await measureRuns(makeFleet(folder, agents, KEYS, PORT), place);
  } finally {
    await place.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function measureRuns(fleet: Fleet, place: CountingPlace): Promise<void> {
  const simulator = fork(join(__dirname, "simulator-process.js"), [fleet.world]);
  await once(simulator, "message");
  try {
    await measureRun(fleet, place, "first apply, every key", ["apply", "--auto-approve", "--new-state"]);
    await measureRun(fleet, place, "plan", ["plan"]);
    const [changed = ""] = Object.keys(fleet.env).filter((name) => name !== "BENCH_PASSWORD");
    const changing = { ...fleet, env: { ...fleet.env, [changed]: "changed" } };
    await measureRun(changing, place, "apply, one key of each agent", ["apply", "--auto-approve"]);
  } finally {
    simulator.disconnect();
    await once(simulator, "exit");
  }
}

async function measureRun(
  fleet: Fleet,
  place: CountingPlace,
  name: string,
  args: readonly string[],
): Promise<void> {
  const before = await place.written();
  const env = { ...fleet.env, ...place.env, JP1IM_STATE: place.state, JP1IM_STATE_KEY: STATE_KEY };
  const { code, seconds, stderr } = await measureNode([CLI, ...args, "-f", fleet.desired], env);
  if (code !== 0) throw new Error(`jp1im ${args.join(" ")} ended with ${code}: ${stderr}`);
  const after = await place.written();
  const flushes = after.flushes === undefined ? "" : after.flushes - (before.flushes ?? 0);
  const kib = Math.round((after.bytes - before.bytes) / 1_024).toLocaleString("en");
  print(
    `| ${fleet.agents.toLocaleString("en")} | ${place.name} | ${name} | ${seconds.toFixed(1)} s | ${flushes} | ${kib} KiB |`,
  );
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

main(process.argv.slice(2)).catch((error) => {
  process.stderr.write(`${error.stack}\n`);
  process.exitCode = 1;
});
