/** The monitoring that `examples/watch` offers, checked with Prometheus' own tool and against the metrics that there are. */
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "yaml";
import { WatchMetrics } from "../../src/watch/metrics/metrics";
import { describeWithPromtool, promtool } from "./promtool";

const EXAMPLE = join(__dirname, "../../examples/watch");
const read = (name: string) => readFileSync(join(EXAMPLE, name), "utf8");

interface Rule {
  readonly record?: string;
  readonly alert?: string;
  readonly expr: string;
}
const rules: Rule[] = parse(read("rules.yaml")).groups.flatMap((group: { rules: Rule[] }) => group.rules);

const dashboard: { panels: { id: number; title: string; targets: { expr: string }[] }[] } = JSON.parse(
  read("dashboard.json"),
);
const shown = dashboard.panels.flatMap(({ targets }) => targets.map(({ expr }) => expr));

/** A watch of one manager that was reconciled. */
function metricsInUse(): WatchMetrics {
  const metrics = new WatchMetrics();
  metrics.loaded(["tokyo"], 1_000);
  metrics.cycle(
    {
      ...({ event: "cycle", time: "2030-01-01T00:00:00Z", manager: "tokyo", status: "in-sync" } as const),
      found: { create: 0, update: 0, replace: 0, delete: 0, forget: 0, deferred: 0 },
      ...{ drift: {}, applied: 0, unknown: 0, unchanged: 1, duration_ms: 10, lock_waits: 0, failures: 0 },
      diagnostics: [],
    },
    2_000,
  );
  const request = {
    type: "request",
    manager: "tokyo",
    method: "GET",
    path: "/",
    attempt: 1,
    at: 0,
    ms: 1,
  } as const;
  metrics.engineEvent({ ...request, status: 200 });
  return metrics;
}

describeWithPromtool("promtool", () => {
  test("accepts the scrape configuration and the rules", () => {
    const config = promtool(["check", "config", "prometheus.yaml"], EXAMPLE);
    expect(config).toEqual({
      code: 0,
      text: expect.stringContaining(`SUCCESS: ${rules.length} rules found`),
    });
  });

  test("finds that the alerts fire when they should, and not before", () => {
    const tested = promtool(["test", "rules", "rules.test.yaml"], EXAMPLE);
    expect(tested).toEqual({ code: 0, text: expect.stringContaining("SUCCESS") });
  });

  test("finds nothing wrong with the metrics that a watch serves", async () => {
    const text = await metricsInUse().text();
    const ours = text.split("\n").filter((line) => /^(# \w+ )?jp1im_/.test(line));
    expect(promtool(["check", "metrics"], EXAMPLE, `${ours.join("\n")}\n`)).toEqual({ code: 0, text: "" });
  });

  test("can parse every query of the dashboard", () => {
    const folder = mkdtempSync(join(tmpdir(), "jp1im-dashboard-"));
    const filled = shown.map((expr) =>
      expr.replaceAll("$__rate_interval", "5m").replaceAll("$manager", ".*"),
    );
    const queries = filled.map((expr, index) => ({ record: `query:${index}`, expr }));
    writeFileSync(
      join(folder, "queries.json"),
      JSON.stringify({ groups: [{ name: "queries", rules: queries }] }),
    );
    const checked = promtool(["check", "rules", "queries.json"], folder);
    expect(checked).toEqual({ code: 0, text: expect.stringContaining(`${shown.length} rules found`) });
  });
});

test("the rules and the dashboard read only what a watch serves, or the rules record", async () => {
  const text = await metricsInUse().text();
  const served = new Set([...text.matchAll(/^(jp1im_\w+)[ {]/gm)].map(([, name]) => name));
  const recorded = new Set(rules.map(({ record }) => record));
  const read = [...rules.map(({ expr }) => expr), ...shown].flatMap(
    (expr) => expr.match(/[\w:]*jp1im_[\w:]+/g) ?? [],
  );
  expect(read.length).toBeGreaterThan(20);
  expect(read.filter((name) => !served.has(name) && !recorded.has(name))).toEqual([]);
});

test("every metric of ours is in the list of docs/watch.md, and no other", async () => {
  const text = await metricsInUse().text();
  const served = [...text.matchAll(/^# HELP (jp1im_\w+)/gm)].map(([, name]) => name).sort();
  const page = readFileSync(join(EXAMPLE, "../../docs/watch.md"), "utf8");
  const documented = [...page.matchAll(/^- `(jp1im_\w+)/gm)].map(([, name]) => name).sort();
  expect(documented).toEqual(served);
});
