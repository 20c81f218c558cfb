/**
 * What a state costs in each place: `node build/bench/state-writes.js folder,git,http,postgres://USER@HOST/DATABASE [AGENTS…]` prints a
 * table of the flushes and bytes of a first apply, of a plan, and of an apply that changes one key of each agent.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Fleet } from "./fleet";
import { keyNames } from "./server/fast-manager";
import { type CountingPlace, openPlace } from "./state-places";

const KEYS = 10;

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
  const fleet = await Fleet.open(folder, { agents, keys: KEYS, holding: "same", host: "immhost01" });
  try {
    await measureRun(fleet, place, "first apply, every key", ["apply", "--auto-approve", "--new-state"]);
    await measureRun(fleet, place, "plan", ["plan"]);
    fleet.change(keyNames(1));
    await measureRun(fleet, place, "apply, one key of each agent", ["apply", "--auto-approve"]);
  } finally {
    await fleet.close();
    await place.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function measureRun(
  fleet: Fleet,
  place: CountingPlace,
  name: string,
  args: readonly string[],
): Promise<void> {
  const before = await place.written();
  const { seconds } = await fleet.cli(args, { env: { ...place.env, JP1IM_STATE: place.state } });
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
