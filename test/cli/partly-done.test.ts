/** Commands that end with something done and something not: the exit code says so, and stderr what. */
import type { Outcome } from "../../src/index";
import type { DiagnosticCode } from "../../src/model/diagnostic-codes";
import type { WatchOptions } from "../../src/watch/watch";
import { outcomeOf, planOf } from "../report/plans";
import { run } from "./fake-library";

const unknown = [
  { address: "tokyo/agent/immhost01/web1", code: "manager-failed", detail: "the agent is down" },
] as const;

test.each<[DiagnosticCode, number]>([
  ["sink-unwritable", 3],
  ["manager-failed", 1],
])("an initial secret whose issue ends with %s exits with %i", async (code, exitCode) => {
  const changes = [{ address: "tokyo/initial-secret", action: "create", status: "failed" }] as const;
  const outcome: Outcome = outcomeOf(planOf({}), {
    changes,
    diagnostics: [{ code, severity: "error", summary: "it went wrong" }],
  });
  const issued = {
    manager: "tokyo",
    url: "http://tokyo.test",
    deliverTo: "file out",
    declared: false,
    outcome,
  };
  const line = "initial-secret issue -f a --manager tokyo --auto-approve";
  const ran = await run(line, { library: { issueInitialSecret: async () => issued } });
  expect(ran.code).toBe(exitCode);
  expect(ran.err).toContain(`it went wrong [${code}]`);
});

test("an export names on stderr what could not be read, and in a document only there", async () => {
  const exported = {
    ...{ manager: "tokyo", left_out: [], unknown, diagnostics: [] },
    documents: [{ name: "tokyo.exported.yaml", text: () => ["apiVersion: jp1im/v1\n"] }],
    counts: { clients: 0, lower_managers: 0, agents: 0, secrets: 0 },
  };
  const library = { exportManager: async () => exported };
  const text = await run("export -f a --manager tokyo", { library });
  expect([text.code, text.out]).toEqual([3, "apiVersion: jp1im/v1\n"]);
  expect(text.err).toMatch(/MISSING in the export:\n.*immhost01\/web1\n.*the agent is down/);
  const json = await run("export -f a --manager tokyo --output json", { library });
  expect([json.code, json.err]).toEqual([3, ""]);
  expect(json.json()).toMatchObject({ export: { unknown } });
});

test("a watch shows the diagnostics of its cycles, and no progress of them", async () => {
  const watch = async (
    _: WatchOptions,
    { report }: Parameters<typeof import("../../src/index").watch>[1],
  ) => {
    report({ type: "diagnostic", diagnostic: { code: "no-state", severity: "warning", summary: "seen" } });
    report({ type: "phase", phase: "apply", total: 3 });
    return [];
  };
  const ran = await run("watch -f a", { library: { watch } });
  expect(ran.err).toBe("warning: seen [no-state]\n");
});
