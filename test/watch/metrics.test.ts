import type { ManagerCycle } from "../../src/index";
import type { Platform } from "../../src/library/platform";
import { openPoints } from "../../src/watch/cycle-result";
import { WatchMetrics } from "../../src/watch/metrics/metrics";
import { withMetrics } from "../../src/watch/metrics/with-metrics";
import { ManualClock } from "../platform/manual-clock";

const cycle: ManagerCycle = {
  ...({ event: "cycle", time: "2030-01-01T00:00:00Z", manager: "tokyo", status: "drifted" } as const),
  found: { create: 1, update: 2, replace: 0, delete: 0, forget: 0, deferred: 0 },
  drift: { client: 1, secret: 2 },
  ...{ applied: 0, unknown: 0, unchanged: 3, duration_ms: 1_500, lock_waits: 1, failures: 0 },
  diagnostics: [],
};
const clean: ManagerCycle = { ...cycle, status: "in-sync", drift: {}, lock_waits: 0 };
const failed: ManagerCycle = { ...clean, status: "failed", failures: 2, unknown: 9 };

const request = {
  ...({ type: "request", manager: "tokyo", method: "POST", path: "/x" } as const),
  ...{ attempt: 1, at: 0, ms: 1 },
};

/** The series of ours, each with its value: `jp1im_cycles_total{manager="tokyo",status="failed"} 1`. */
async function seriesOf(metrics: WatchMetrics, name = ""): Promise<string[]> {
  const lines = (await metrics.text()).split("\n");
  return lines.filter((line) => line.startsWith(`jp1im_${name}`));
}

function watching(...cycles: readonly ManagerCycle[]): WatchMetrics {
  const metrics = new WatchMetrics();
  metrics.loaded(["tokyo", "osaka"], 1_000_000);
  for (const [index, each] of cycles.entries()) metrics.cycle(each, 2_000_000 + index * 60_000);
  return metrics;
}

test("drift is counted by manager and kind, with a zero for what is in sync", async () => {
  expect(await seriesOf(watching(cycle), "drift")).toEqual([
    'jp1im_drift_resources{manager="tokyo",kind="initial-secret"} 0',
    'jp1im_drift_resources{manager="tokyo",kind="lower-manager"} 0',
    'jp1im_drift_resources{manager="tokyo",kind="secret"} 2',
    'jp1im_drift_resources{manager="tokyo",kind="client"} 1',
  ]);
});

test("a manager that fails keeps its last known drift and its last success, and counts its failures", async () => {
  const metrics = watching(cycle, failed);
  expect(await seriesOf(metrics, "drift")).toContain(
    'jp1im_drift_resources{manager="tokyo",kind="secret"} 2',
  );
  expect(await seriesOf(metrics, "last")).toEqual([
    'jp1im_last_cycle_timestamp_seconds{manager="tokyo"} 2060',
    'jp1im_last_success_timestamp_seconds{manager="tokyo"} 2000',
  ]);
  expect(await seriesOf(metrics, "consecutive")).toEqual(['jp1im_consecutive_failures{manager="tokyo"} 2']);
  expect(await seriesOf(metrics, "unknown")).toEqual(['jp1im_unknown_resources{manager="tokyo"} 9']);
});

test("cycles, lock waits, requests and retries are counted, and each series begins with a zero", async () => {
  const metrics = watching(cycle, clean, failed);
  metrics.engineEvent({ ...request, status: 200 });
  metrics.engineEvent({ ...request, fault: "timeout" });
  metrics.engineEvent({ type: "retry", address: "tokyo", attempt: 2, reason: "it was lost" });
  expect(await seriesOf(metrics)).toEqual(
    expect.arrayContaining([
      'jp1im_cycles_total{manager="tokyo",status="in-sync"} 1',
      'jp1im_cycles_total{manager="tokyo",status="failed"} 1',
      'jp1im_cycles_total{manager="tokyo",status="refused"} 0',
      'jp1im_lock_waits_total{manager="tokyo"} 1',
      'jp1im_requests_total{manager="tokyo",status="200"} 1',
      'jp1im_requests_total{manager="tokyo",status="none"} 1',
      'jp1im_request_retries_total{manager="tokyo"} 1',
      "jp1im_cycle_duration_seconds_sum 4.5",
      "jp1im_cycle_duration_seconds_count 3",
      "jp1im_managers 2",
      "jp1im_desired_state_valid 1",
      "jp1im_desired_state_loaded_timestamp_seconds 1000",
    ]),
  );
});

test("a manager that is no longer watched has no standing any more", async () => {
  const metrics = watching(cycle);
  metrics.loaded(["osaka"], 3_000_000);
  expect(await seriesOf(metrics, "drift")).toEqual([]);
  expect(await seriesOf(metrics, "last")).toEqual([]);
});

test("files that cannot be used are a metric until they are good again", async () => {
  const metrics = watching();
  metrics.refused();
  expect(await seriesOf(metrics, "desired_state_valid")).toEqual(["jp1im_desired_state_valid 0"]);
  metrics.loaded(["tokyo"], 3_000_000);
  expect(await seriesOf(metrics, "desired_state_valid")).toEqual(["jp1im_desired_state_valid 1"]);
});

test("what a watch reports is counted and handed on", async () => {
  const metrics = new WatchMetrics();
  const [reported, events]: [unknown[], unknown[]] = [[], []];
  const inner = { clock: new ManualClock(), report: (event: unknown) => events.push(event) };
  const { report, onCycle, platform } = withMetrics(metrics, inner as unknown as Platform, ({ event }) =>
    reported.push(event),
  );
  const time = "2030-01-01T00:00:00Z";
  const valid = () => seriesOf(metrics, "desired_state_valid");
  report({ event: "load-failed", time, diagnostics: [] });
  expect(await valid()).toEqual(["jp1im_desired_state_valid 0"]);
  report({ event: "loaded", time, managers: ["tokyo"], diagnostics: [] });
  expect(await valid()).toEqual(["jp1im_desired_state_valid 1"]);
  report({ event: "load-failed", time, diagnostics: [] });
  expect(await valid()).toEqual(["jp1im_desired_state_valid 0"]);
  expect(reported).toEqual(["load-failed", "loaded", "load-failed"]);
  onCycle(cycle);
  expect(await seriesOf(metrics, "drift_resources")).toContain(
    'jp1im_drift_resources{manager="tokyo",kind="secret"} 2',
  );
  platform.report({ ...request, status: 200 });
  expect(events).toEqual([{ ...request, status: 200 }]);
  expect((await seriesOf(metrics, "requests_total")).join()).toMatch(/ 1$/);
});

test("no label holds more than a manager, a kind, a status and the version", async () => {
  const labels = (await seriesOf(watching(cycle, failed))).flatMap((line) =>
    [...line.matchAll(/(\w+)="/g)].map(([, label]) => label),
  );
  expect([...new Set(labels)].sort()).toEqual(["kind", "le", "manager", "status", "version"]);
});

test("what is unknown for one reason is one diagnostic with a count", () => {
  const unplanned = (address: string, detail: string) => ({
    address,
    code: "manager-unreachable" as const,
    detail,
  });
  const unknown = ["web1", "web2", "web3"].map((host) =>
    unplanned(`tokyo/agent/immhost01/${host}`, "it is down"),
  );
  const points = openPoints({ unknown, blocked: [unplanned("osaka/client/app", "it hangs")] });
  const texts = points.map(({ summary, address }) => `${address} ${summary}`);
  expect(texts).toEqual([
    expect.stringMatching(/web1 .*it is down \(and 2 more\)/),
    expect.stringMatching(/^osaka(?!.*more)/),
  ]);
});
