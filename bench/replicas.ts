/**
 * What replicas of `watch` do together, and whether they keep their promises while they are killed at random:
 * `node build/bench/replicas.js postgres://USER@HOST/DATABASE [MANAGERS [AGENTS [SECONDS [LATENCY_MS]]]]`, by default 100 managers of
 * 100 agents each for 300 seconds, which answer at once. Ends with 1 where a promise is broken.
 */
import { rmSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { Client } from "pg";
import { killAtRandom } from "./kill-at-random";
import { ReplicatedFleet } from "./replicated-fleet";

const REPLICAS = [1, 2, 4];
const RATE_SECONDS = 30;

async function main([
  url = "",
  managers = "100",
  agents = "100",
  seconds = "300",
  latencyMs = "0",
]: readonly string[]) {
  const client = new Client({ connectionString: url });
  await client.connect();
  const fleet = await ReplicatedFleet.start(client, url, Number(managers), Number(agents), Number(latencyMs));
  try {
    print("| replicas | cycles | agents a second |");
    print("| --- | --- | --- |");
    for (const replicas of REPLICAS) print(await rateOf(fleet, replicas));
    const broken = await killAtRandom(fleet, Math.max(...REPLICAS), Number(seconds), print);
    if (broken > 0) process.exitCode = 1;
  } finally {
    await fleet.close();
    await client.end();
    rmSync(fleet.folder, { recursive: true, force: true });
  }
}

/** How many agents replicas that never rest find in sync. */
async function rateOf(fleet: ReplicatedFleet, replicas: number): Promise<string> {
  for (let n = 0; n < replicas; n++) fleet.startReplica("1s");
  await fleet.cycles(fleet.names.length);
  const before = fleet.traffic.logouts;
  await sleep(RATE_SECONDS * 1_000);
  const cycles = fleet.traffic.logouts - before;
  await fleet.stopReplicas();
  return `| ${replicas} | ${cycles} | ${Math.round((cycles * fleet.agents) / RATE_SECONDS)} |`;
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

main(process.argv.slice(2)).catch((error) => {
  process.stderr.write(`${error.stack}\n`);
  process.exitCode = 1;
});
