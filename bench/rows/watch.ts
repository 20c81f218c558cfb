import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { CLI, type Fleet } from "../fleet";
import { environment } from "../measure";
import { type Bench, inTurns, type Row } from "../row";
import { type Timed, timeTable } from "../table";

export const watchRow: Row = {
  name: "watch",
  summary: "watch's cycle, everything in sync",
  measure: measureWatch,
};

const LOOK_MS = 20;

async function measureWatch(bench: Bench): Promise<void> {
  await bench.withFleet({}, async (fleet) => {
    await fleet.cli(["apply", "--auto-approve"]);
    const [floors = [], cycles = []] = await inTurns<Timed>(
      bench.rounds,
      () => fleet.floor("read"),
      () => secondCycle(fleet),
    );
    timeTable(bench.print, "`watch`", [
      { what: "floor: the list of agents and the keys of each", runs: floors, floor: floors },
      {
        what: "**a cycle in sync, the second of the process**",
        runs: cycles,
        floor: floors,
        goal: "≤ 1.0 ×",
      },
    ]);
  });
}

/** The first one is as expensive as a plan, and happens once. */
async function secondCycle(fleet: Fleet): Promise<Timed> {
  const args = ["watch", "--interval", "1s", "--listen", "off", "-f", fleet.desired];
  const watch = spawn(process.execPath, [CLI, ...args], {
    env: environment(fleet.environment()),
    stdio: "ignore",
  });
  try {
    const { sessions, requests } = await fleet.server.statistics();
    await ended(fleet, watch, sessions.length + 1);
    const before = cpuSecondsOf(watch);
    const after = await ended(fleet, watch, sessions.length + 2);
    const cycle = after.sessions[sessions.length + 1];
    const seconds = ((cycle?.to ?? Number.NaN) - (cycle?.from ?? Number.NaN)) / 1000;
    const cpuSeconds = cpuSecondsOf(watch) - before;
    return {
      seconds,
      cpuSeconds,
      peakMiB: peakMiBOf(watch),
      requests: Math.round((after.requests - requests) / 2),
    };
  } finally {
    const exited = once(watch, "exit");
    watch.kill("SIGTERM");
    await exited;
  }
}

/** What the server has counted, when so many sessions have ended. */
async function ended(fleet: Fleet, watch: ChildProcess, sessions: number) {
  for (;;) {
    const statistics = await fleet.server.statistics();
    if (statistics.sessions.filter(({ to }) => to !== undefined).length >= sessions) return statistics;
    if (watch.exitCode !== null) throw new Error(`watch ended with ${watch.exitCode}`);
    await sleep(LOOK_MS);
  }
}

const TICKS_PER_SECOND = 100;

/** Of user and system, as Linux counts it. */
function cpuSecondsOf({ pid }: ChildProcess): number {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8")
    .replace(/^.*\) /, "")
    .split(" ");
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}

function peakMiBOf({ pid }: ChildProcess): number {
  const kib = /^VmHWM:\s*(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
  return Number(kib) / 1024;
}
