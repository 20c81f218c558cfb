import type { ManagerCycle, WatchEvent, WatchOptions } from "../../src/index";
import { watchFaults } from "../report/output-schema";
import { run } from "./fake-library";

const time = "2030-01-01T00:00:00Z";
const denied = {
  code: "manager-denied",
  severity: "error",
  summary: "refused",
  remedy: "`jp1im plan`",
} as const;
const cycle: ManagerCycle = {
  ...({ event: "cycle", time, manager: "tokyo", status: "in-sync", drift: {}, diagnostics: [] } as const),
  found: { create: 0, update: 0, replace: 0, delete: 0, forget: 0, deferred: 0 },
  ...{ applied: 0, unknown: 0, unchanged: 3, duration_ms: 12, lock_waits: 0, failures: 0 },
};
const drifted: ManagerCycle = {
  ...{ ...cycle, status: "drifted", drift: { client: 1, secret: 2 } },
  found: { ...cycle.found, create: 1, update: 2 },
};
const vanished: ManagerCycle = {
  ...{ ...cycle, status: "drifted", drift: { client: 1 } },
  vanished: [{ address: "tokyo/client/app", places: ["file out/app"] }],
};
const failed: ManagerCycle = {
  ...{ ...cycle, status: "failed", failures: 2, unknown: 5, unchanged: 0, diagnostics: [denied] },
  next_at: "2030-01-01T00:20:00Z",
};
const events: readonly WatchEvent[] = [
  {
    event: "started",
    time,
    mode: "drift",
    interval_seconds: 300,
    managers: ["tokyo"],
    metrics_url: "http://h:1",
    diagnostics: [],
  },
  cycle,
  drifted,
  vanished,
  { ...drifted, status: "applied", applied: 3, drift: {} },
  { ...drifted, status: "partial", applied: 2, drift: { client: 1 } },
  failed,
  { event: "load-failed", time, diagnostics: [denied] },
  { event: "loaded", time, managers: ["tokyo", "osaka"], diagnostics: [] },
  { event: "schedule-lost", time, diagnostics: [denied] },
  { event: "schedule-found", time },
  { event: "waiting", time, diagnostics: [{ ...denied, code: "state-unreachable", severity: "warning" }] },
  { event: "stopped", time },
];

/** A watch that reports these events, and ends with these cycles. */
const watching = (cycles: readonly ManagerCycle[] = [cycle], reported = events) => ({
  library: {
    watch: async ({ report }: WatchOptions) => {
      for (const event of reported) report?.(event);
      return cycles;
    },
  },
});

test("hands its options on", async () => {
  const line =
    "watch -f a --state st --manager tokyo --zone dc1 --mode apply --auto-approve --interval 30s --once --concurrency 4 --parallelism 2 --policy check --lock-timeout 5s";
  const ran = await run(line);
  expect(ran.calls).toEqual([
    {
      name: "watch",
      options: {
        ...{
          files: ["a"],
          state: "st",
          managers: ["tokyo"],
          zones: ["dc1"],
          mode: "apply",
          intervalMs: 30_000,
        },
        ...{ once: true, concurrency: 4, parallelism: 2, policies: ["check"], lockTimeoutMs: 5_000 },
        listen: undefined,
        report: expect.any(Function),
      },
    },
  ]);
  expect(ran).toMatchObject({ code: 0, out: "", err: "" });
});

test("one line for each event on stdout, and what is wrong on stderr with its remedy", async () => {
  const ran = await run("watch -f a", watching());
  expect(ran.out.split("\n")).toEqual(
    [
      "watching 1 manager every 5 min, mode drift; metrics at http://h:1/metrics",
      "tokyo: in sync: 3 unchanged",
      "tokyo: drifted: 1 to create, 2 to update; remaining: 2 secrets of agents, 1 client; 3 unchanged",
      "tokyo: drifted: remaining: 1 client; delivered and no longer in place: tokyo/client/app (file out/app); 3 unchanged",
      "tokyo: applied: 1 created, 2 updated; 3 unchanged",
      "tokyo: incomplete: 1 to create, 2 to update; 2 applied; remaining: 1 client; 3 unchanged",
      "tokyo: failed: 5 unknown; 2 times in a row, next try at 2030-01-01T00:20:00Z",
      "desired state refused: the last good one stays in force",
      "desired state loaded: 2 managers, each reconciled now",
      "the database that replicas share cannot be used: nothing is reconciled until it can",
      "the database that replicas share can be used again",
      "waiting for the server that keeps the state",
      "stopped",
    ]
      .map((line) => `${time}  ${line}`)
      .concat(""),
  );
  // The same fault of another event is reported once more: hours may lie between them.
  const refused = ": refused [manager-denied]\n  → `jp1im plan -f a`\n";
  const warned = refused.replace("manager-denied", "state-unreachable");
  expect(ran.err).toBe(`error${refused}`.repeat(3).concat(`warning${warned}`));
});

test("a watch that reconciles each manager once has no interval", async () => {
  const started: WatchEvent = {
    ...({ event: "started", time, mode: "drift" } as const),
    ...{ managers: ["tokyo"], diagnostics: [] },
  };
  const ran = await run("watch -f a --once", watching([cycle], [started]));
  expect(ran.out).toBe(`${time}  reconciling 1 manager once, mode drift\n`);
  const json = await run("watch -f a --once --output json", watching([cycle], [started]));
  expect(watchFaults(JSON.parse(json.out))).toEqual([]);
});

test("--output json writes one object of the published schema in each line, and no document after them", async () => {
  const ran = await run("watch -f a --output json", watching());
  expect(ran.err).toBe("");
  const lines = ran.out.trimEnd().split("\n");
  const written = lines.map((line) => JSON.parse(line));
  expect(written.map(({ event }) => event)).toEqual(events.map(({ event }) => event));
  expect(written.flatMap(watchFaults)).toEqual([]);
  expect(written[6]).toMatchObject({
    command: "watch",
    status: "failed",
    diagnostics: [denied].map(withFile),
  });
});

const withFile = (each: typeof denied) => ({ ...each, remedy: "`jp1im plan -f a`" });

test("--log-format json has the diagnostics as entries, and --quiet leaves warnings out", async () => {
  const json = await run("watch -f a --log-format json", watching());
  const entries = json.err
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect(entries.map(({ type }) => type)).toEqual(Array(4).fill("diagnostic"));
  const warning = { ...denied, severity: "warning" } as const;
  const quiet = await run("watch -f a -q", watching([], [{ ...cycle, diagnostics: [warning] }]));
  expect(quiet.err).toBe("");
});

const refusedBy = (code: "policy-refused" | "frozen" | "state-unfinished") => ({
  ...{ ...cycle, status: "refused" as const },
  diagnostics: [{ ...denied, code }],
});

test.each([
  ["all in sync", [cycle, { ...cycle, status: "applied" }], 0],
  ["drift", [cycle, drifted], 2],
  ["one that failed among others", [cycle, failed], 3],
  ["drift, and one that failed", [drifted, failed], 3],
  ["all denied", [failed, failed], 7],
  ["all refused", [refusedBy("policy-refused"), refusedBy("frozen")], 4],
  ["a state that must be put right first", [refusedBy("state-unfinished")], 1],
  ["all locked", [{ ...cycle, status: "locked" }], 6],
  ["part of one", [{ ...cycle, status: "partial" }], 3],
  ["none at all", [], 0],
] as const)("--once ends by how the managers stand: %s", async (_, cycles, code) => {
  expect((await run("watch -f a --once", watching(cycles))).code).toBe(code);
});

test("a signal ends it with 130", async () => {
  const watch = async () => [];
  const ran = await run("watch -f a", { library: { watch }, io: (io) => queueMicrotask(() => io.stop()) });
  expect(ran.code).toBe(130);
});

test.each([
  ["", { host: "127.0.0.1", port: 9813 }],
  ["--listen off", undefined],
  ["--listen 0.0.0.0:80", { host: "0.0.0.0", port: 80 }],
  ["--listen [::1]:0", { host: "::1", port: 0 }],
  ["--listen metrics.example:65535", { host: "metrics.example", port: 65_535 }],
  ["--once --listen 127.0.0.1:0", { host: "127.0.0.1", port: 0 }],
])("metrics are served on loopback, and elsewhere where --listen says so: %s", async (flags, listen) => {
  expect((await run(`watch -f a ${flags}`)).calls[0]?.options).toMatchObject({ listen });
});

test.each([
  ["--listen 9813", "HOST:PORT"],
  ["--listen localhost:65536", "HOST:PORT"],
  ["--listen http://localhost:80", "HOST:PORT"],
  ["--listen ::1:80", "HOST:PORT"],
  ["--mode apply", "--auto-approve"],
  ["--mode repair", "drift, apply"],
  ["--interval soon", "500ms, 30s or 5m"],
  ["--interval 500ms", "from 1s to 24h"],
  ["--interval 25h", "from 1s to 24h"],
  ["--concurrency 0", "from 1 to 1000"],
  ["--concurrency 1001", "from 1 to 1000"],
  ["--parallelism 257", "from 1 to 256"],
  ["--zon dc1", "--zone"],
])("a wrong flag is refused before anything is begun: %s", async (flags, said) => {
  const ran = await run(`watch -f a ${flags}`);
  expect(ran).toMatchObject({ code: 64, calls: [] });
  expect(ran.err).toContain(said);
});
