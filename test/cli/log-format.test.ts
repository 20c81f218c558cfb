import type { EngineEvent, Platform } from "../../src/index";
import { failure } from "../../src/model/diagnostic";
import { logFaults } from "../report/output-schema";
import { planOf } from "../report/plans";
import { run } from "./fake-library";

const request: Extract<EngineEvent, { type: "request" }> = {
  type: "request",
  ...{ manager: "tokyo", method: "POST", path: "/im/api/v1/agents", attempt: 2 },
  ...{ at: 1_767_323_045_678, ms: 12, sent: 3, received: 40 },
};

const events: readonly EngineEvent[] = [
  { type: "phase", phase: "observe", total: 30 },
  ...Array.from(
    { length: 30 },
    (_, n) => ({ type: "step", phase: "observe", address: `tokyo/agent/m/w${n}` }) as const,
  ),
  { type: "step", phase: "apply", address: "tokyo/agent/m/w1", count: 100 },
  { ...request, status: 200, proxy: "http://proxy:3128" },
  { ...request, fault: "timeout" },
  { type: "retry", address: "tokyo", attempt: 2, reason: "503" },
  { type: "route", address: "tokyo", route: "directly" },
  {
    type: "diagnostic",
    diagnostic: { code: "state-shared", severity: "warning", summary: "others can write\n\u001b[2J" },
  },
];

const library = {
  plan: async (_: unknown, platform: Platform) => {
    for (const event of events) platform.report(event);
    return planOf();
  },
};

function entriesOf(text: string): Record<string, unknown>[] {
  const entries = text
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect(entries.flatMap(logFaults)).toEqual([]);
  return entries;
}

test("--debug tells each request, with its time, manager, status, duration, attempt, sizes and proxy", async () => {
  const { err } = await run("plan -f a --debug", { library });
  expect(err).toContain(
    "debug: 2026-01-02T03:04:05.678Z tokyo POST /im/api/v1/agents: 200 in 12 ms, attempt 2, 3 bytes sent, 40 received, through http://proxy:3128\n",
  );
  expect(err).toContain("POST /im/api/v1/agents: no answer (timeout) in 12 ms, attempt 2");
});

test("a wait for the state's server is told while it lasts", async () => {
  const summary = "the PostgreSQL server db: ECONNREFUSED: waiting up to 60 s for it";
  const plan = async (_: unknown, platform: Platform) => {
    const diagnostic = { code: "state-unreachable", severity: "warning", summary } as const;
    platform.report({ type: "diagnostic", diagnostic });
    platform.report({ ...request, status: 200 });
    return planOf();
  };
  const { err } = await run("plan -f a --debug", { library: { plan } });
  expect(err.split(`warning: ${summary}`)).toHaveLength(2);
  expect(err.indexOf(`warning: ${summary}`)).toBeLessThan(err.indexOf("200 in 12 ms"));
});

test("a step of many changes says how many", async () => {
  const ran = await run("plan -f a --debug", { library });
  expect(ran.err).toContain("debug: apply: tokyo/agent/m/w1, 100 changes\n");
});

test("without --debug no request is told", async () => {
  expect((await run("plan -f a", { library })).err).not.toContain("/im/api");
});

test("--log-format json makes an object of each line, and stdout stays as it is", async () => {
  const ran = await run("plan -f a --debug --log-format json", { library });
  const entries = entriesOf(ran.err);
  const types = new Set(entries.map(({ type }) => type));
  expect([...types].sort()).toEqual(["diagnostic", "phase", "progress", "request", "retry", "route", "step"]);
  expect(entries.find(({ type }) => type === "request")).toEqual({
    ...{
      time: "2026-01-02T03:04:05.678Z",
      level: "debug",
      type: "request",
      manager: "tokyo",
      method: "POST",
    },
    ...{ path: "/im/api/v1/agents", attempt: 2, ms: 12, sent: 3, received: 40, status: 200 },
    proxy: "http://proxy:3128",
  });
  expect(entries.at(-1)).toMatchObject({
    type: "diagnostic",
    level: "warning",
    diagnostic: { code: "state-shared" },
  });
  expect(ran.out).toBe((await run("plan -f a", { library })).out);
});

test("without --debug there are diagnostics and progress alone, on a terminal as well", async () => {
  const { err } = await run("plan -f a --log-format json", { library, tty: true });
  const types = entriesOf(err).map(({ type }) => type);
  expect(new Set(types)).toEqual(new Set(["progress", "diagnostic"]));
  expect(err).not.toContain("\u001b");
});

test.each([
  [
    "plan -f a --log-format json",
    { plan: async () => Promise.reject(failure({ code: "no-input", summary: "none" })) },
  ],
  ["plan --nonsense --log-format json", {}],
  ["nonsense --log-format=json", {}],
])("what stops a command is an object as well: %s", async (line, own) => {
  const { code, err } = await run(line, { library: own });
  expect(code).toBe(64);
  expect(entriesOf(err)).toMatchObject([{ type: "diagnostic", level: "error" }]);
});

test("JP1IM_LOG_FORMAT stands for the option, and another word is refused", async () => {
  const env = { JP1IM_LOG_FORMAT: "json" };
  expect(entriesOf((await run("plan --nonsense", { env })).err)).toHaveLength(1);
  const { code, err } = await run("plan --log-format xml", { library });
  expect(code).toBe(64);
  expect(err).toContain("Allowed choices are text, json");
});

test("a bug with --debug is a message with its stack", async () => {
  const broken = { plan: async () => Promise.reject(new TypeError("x is not a function")) };
  const { err } = await run("plan -f a --debug --log-format json", { library: broken });
  expect(entriesOf(err)).toMatchObject([
    { type: "message", text: expect.stringContaining("at ") },
    { type: "diagnostic", diagnostic: { code: "internal" } },
  ]);
});

describe("--quiet", () => {
  const noisy = {
    plan: async (options: unknown, platform: Platform) => {
      platform.report({
        type: "diagnostic",
        diagnostic: { code: "usage", severity: "error", summary: "an error" },
      });
      return library.plan(options, platform);
    },
  };

  test.each(["-q", "--quiet", "-q --log-format json"])("leaves errors alone on stderr: %s", async (flags) => {
    const loud = await run("plan -f a", { library: noisy });
    expect(loud.err).toMatch(/asking managers[\s\S]*others can write/);
    const quiet = await run(`plan -f a ${flags}`, { library: noisy });
    expect(quiet.err).toContain("an error");
    expect(quiet.err).not.toMatch(/asking managers|progress|others can write|warning/);
    expect(quiet).toMatchObject({ code: loud.code, out: loud.out });
  });

  test("takes nothing out of a document", async () => {
    const document = (await run("plan -f a -q --output json", { library: noisy })).json();
    expect(document.diagnostics).toHaveLength(2);
  });
});
