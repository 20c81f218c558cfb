import { setTimeout as sleep } from "node:timers/promises";
import { median } from "./measure";
import type { ReplicatedFleet } from "./replicated-fleet";

const INTERVAL = "15s";
/** More than a lease, an interval and a cycle together. */
const LONGEST_REPAIR_MS = 120_000;
const DRIFTS = 6;

/** Kills a replica now and then while clients disappear from managers; prints what came of it, and returns how many promises broke. */
export async function killAtRandom(
  fleet: ReplicatedFleet,
  replicas: number,
  seconds: number,
  print: (line: string) => void,
): Promise<number> {
  for (let n = 0; n < replicas; n++) fleet.startReplica(INTERVAL);
  const takenOver: Promise<number>[] = [];
  const [requests, begun] = [fleet.traffic.requests, Date.now()];
  const end = begun + seconds * 1_000;
  let [kills, drifts] = [0, 0];
  while (Date.now() < end) {
    await sleep(10_000 + Math.random() * 10_000);
    drifts += driftSome(fleet);
    takenOver.push(...(await killOne(fleet)));
    kills += 1;
  }
  const repairMs = await repaired(fleet);
  const lost = fleet.names.filter((name) => !fleet.isRepaired(name));
  const waits = await Promise.all(takenOver.map((wait) => Promise.race([wait, sleep(1_000, Number.NaN)])));
  await fleet.stopReplicas();
  const planned = await fleet.run(["plan", "--detailed-exitcode"]);
  print(
    `${kills} replicas killed in ${seconds} s, ${drifts} clients deleted by hand, ${fleet.traffic.requests - requests} requests`,
  );
  const overlaps = fleet.traffic.overlaps.map(
    ({ manager, at }) => `${manager} after ${Math.round((at - begun) / 1_000)} s`,
  );
  print(
    `a second writer on a manager: ${list(overlaps)}; sessions that nobody ended: ${list(fleet.openSessions())}`,
  );
  print(
    `not repaired: ${list(lost)}; all others were ${(repairMs / 1_000).toFixed(1)} s after the last kill`,
  );
  print(`plan afterwards: exit code ${planned}`);
  const took = waits.filter((wait) => !Number.isNaN(wait));
  if (took.length > 0) print(takeovers(took));
  return fleet.traffic.overlaps.length + lost.length + planned + (waits.length - took.length);
}

function driftSome(fleet: ReplicatedFleet): number {
  const some = [...fleet.names].sort(() => Math.random() - 0.5).slice(0, DRIFTS);
  const there = some.filter((name) => fleet.hasClient(name));
  for (const name of there) fleet.drift(name);
  return there.length;
}

/** Replaces one replica; gives the milliseconds until another one takes each manager that it had. */
async function killOne(fleet: ReplicatedFleet): Promise<readonly Promise<number>[]> {
  const all = [...fleet.replicas];
  const victim = all[Math.floor(Math.random() * all.length)];
  if (victim === undefined) return [];
  await fleet.end(victim, "SIGKILL");
  const killedAt = Date.now();
  // What it had sent is answered by then, and nobody takes its managers before its leases are over.
  await sleep(1_000);
  const { rows } = await fleet.client.query<{ readonly manager: string }>(
    "select manager from jp1im_schedule where holder like $1",
    [`% ${victim.pid}`],
  );
  fleet.startReplica(INTERVAL);
  return rows.map(({ manager }) => fleet.traffic.taken(manager).then((at) => at - killedAt));
}

async function repaired(fleet: ReplicatedFleet): Promise<number> {
  const begun = Date.now();
  while (!fleet.names.every((name) => fleet.isRepaired(name))) {
    if (Date.now() - begun > LONGEST_REPAIR_MS) break;
    await sleep(500);
  }
  return Date.now() - begun;
}

function takeovers(waitsMs: readonly number[]): string {
  const [middle, most] = [median(waitsMs), Math.max(...waitsMs)].map((ms) => (ms / 1_000).toFixed(1));
  return `a dead replica's manager was taken over after ${middle} s (median of ${waitsMs.length}), ${most} s at most`;
}

function list(names: readonly string[]): string {
  return names.length === 0 ? "none" : names.join(", ");
}
