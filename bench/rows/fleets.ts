/** Rows about larger and slower fleets. */
import { type Fleet, selectorOf } from "../fleet";
import { type Bench, inTurns, type Row } from "../row";
import { agentHosts } from "../server/fast-manager";
import { count, timeTable } from "../table";

export const fleetRows: readonly Row[] = [
  { name: "scale", summary: "plan in sync of ten times as many agents", measure: measureScale },
  { name: "latency", summary: "a manager at 50 ms latency, parallelism 10 and 64", measure: measureLatency },
];

const LATENCY_MS = 50;

async function measureScale(bench: Bench): Promise<void> {
  const large = bench.agents * 10;
  await bench.withFleet({}, (small) =>
    bench.withFleet({ agents: large }, async (fleet) => {
      await small.cli(["apply", "--auto-approve"]);
      await applyInParts(fleet);
      const plan = (each: Fleet) => () => each.cli(["plan", "--detailed-exitcode"]);
      const [few = [], many = []] = await inTurns(bench.rounds, plan(small), plan(fleet));
      const lines = [
        { what: `plan in sync, ${count(bench.agents)} agents`, runs: few, floor: few },
        { what: `**plan in sync, ${count(large)} agents**`, runs: many, floor: few, goal: "≤ 10.5 ×" },
      ];
      timeTable(bench.print, "scale", lines, `${count(bench.agents)} agents`);
    }),
  );
}

/** The first apply of a large fleet, at most 10,000 agents at a time: what it takes is another row's question. */
async function applyInParts(fleet: Fleet): Promise<void> {
  const prefixes = new Set(
    agentHosts(fleet.agents).map((host) => host.slice(0, Math.max(5, host.length - 4))),
  );
  const selectors: string[] = [];
  for (const prefix of prefixes) {
    selectors.push(selectorOf(fleet.keys, `${prefix}*`));
    fleet.declare(selectors.join(""));
    await fleet.cli(["apply", "--auto-approve"]);
  }
  fleet.declare(selectorOf(fleet.keys));
}

async function measureLatency(bench: Bench): Promise<void> {
  await bench.withFleet({ latencyMs: LATENCY_MS }, async (fleet) => {
    await fleet.cli(["apply", "--auto-approve", "--parallelism", "64"]);
    for (const parallelism of [10, 64]) {
      const [floors = [], plans = []] = await inTurns(
        bench.rounds,
        () => fleet.floor("read", parallelism),
        () => fleet.cli(["plan", "--detailed-exitcode", "--parallelism", String(parallelism)]),
      );
      const seconds = (fleet.agents * LATENCY_MS) / 1000 / parallelism;
      const least = plans.map(() => ({ seconds, cpuSeconds: Number.NaN }));
      const lines = [
        { what: "floor: the list of agents and the keys of each", runs: floors, floor: least },
        { what: "**plan in sync**", runs: plans, floor: least, goal: "≤ 1.05 ×" },
      ];
      const bound = `agents × ${LATENCY_MS} ms / ${parallelism}`;
      timeTable(bench.print, `${LATENCY_MS} ms latency, parallelism ${parallelism}`, lines, bound);
    }
  });
}
