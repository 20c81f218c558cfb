import { existsSync, readFileSync } from "node:fs";
import { createServer as createHttpServer } from "node:http";
import { createServer } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { StateServerStandIn } from "../state/state-server";
import type { Child } from "./child";
import { documentOf } from "./document";
import { closeStages, DESIRED, Stage } from "./stage";

const closers: (() => Promise<void>)[] = [];
afterEach(closeStages);
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

const ISSUE = "secret/client/generateInfo";
const CHANGE = "agents/secrets/change";

test("SIGINT, SIGTERM or SIGHUP once: what is in flight is finished and recorded, the rest is left for the next run", async () => {
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
  await Promise.all(
    signals.map(async (signal) => {
      const { stage, child } = await held(CHANGE, "--parallelism 1 --output json");
      child.kill(signal);
      await child.said(/stopping: finishing what is in flight/);
      stage.gate.open();
      expect(documentOf(await child.ended)).toMatchObject({
        exit_code: 130,
        outcome: { cancelled: true, summary: { applied: 1, skipped: 3 } },
      });
      expect(stage.writes()).toEqual([`${CHANGE} 200`]);
      expect(stage.has(".jp1im/managers/tokyo/lock")).toBe(false);
      await convergesAfter(stage, 3);
    }),
  );
});

test("SIGHUP twice, as a dropped session sends it, is no second Ctrl-C", async () => {
  const { stage, child } = await held(ISSUE, "");
  child.kill("SIGHUP");
  await child.said(/stopping: finishing what is in flight/);
  child.kill("SIGHUP");
  stage.gate.open();
  expect(await child.ended).toMatchObject({ code: 130, signal: null });
  expect(stage.has(".jp1im/managers/tokyo/lock")).toBe(false);
  await convergesAfter(stage);
});

test("SIGINT twice: the process ends at once, and the next run reads again what was in flight", async () => {
  const { stage, child } = await held(ISSUE, "");
  child.kill("SIGINT");
  await child.said(/again to stop at once/);
  child.kill("SIGINT");
  expect(await child.ended).toMatchObject({ code: 130, signal: null });
  // The issue arrives after its sender has gone, and nobody will ever see that secret.
  stage.gate.open();
  await convergesAfter(stage, 1);
});

const SLEEPS = `{ command: ['sleep 300 & echo "$!" >pid; echo waits >&2; wait'], shell: true, timeout: 300 }`;

test.each([
  ["once: a program that a value is waited for", "{ env: WEB_PASSWORD }", 1],
  ["twice: a program that delivers a secret", "{ file: out/fluentd-web.secret }", 2],
])("SIGTERM %s ends with the process, and so does what it has started", async (_, replaced, times) => {
  const stage = await Stage.open();
  stage.write("jp1im.yaml", DESIRED.replace(replaced, `{ exec: ${SLEEPS} }`));
  const child = stage.start("apply --auto-approve");
  for (let poll = 0; poll < 400 && !(stage.has("pid") && stage.read("pid") !== ""); poll++) await pause(25);
  const pid = Number(stage.read("pid"));
  child.kill("SIGTERM");
  await child.said(/stopping/);
  const isRunning = () =>
    existsSync(`/proc/${pid}`) && !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
  if (times === 2) {
    expect(isRunning()).toBe(true);
    child.kill("SIGTERM");
  }
  expect(await child.ended).toMatchObject({ code: 130, signal: null });
  for (let poll = 0; poll < 200 && isRunning(); poll++) await pause(25);
  expect(isRunning()).toBe(false);
});

test("SIGKILL after a change, before an issue and after it: the next run takes the lock over, and all converges", async () => {
  const cases = [
    [CHANGE, "after"],
    [ISSUE, "before"],
    [ISSUE, "after"],
  ] as const;
  await Promise.all(
    cases.map(async ([path, when]) => {
      const { stage, child } = await held(path, "", when);
      child.kill("SIGKILL");
      expect(await child.ended).toMatchObject({ code: null, signal: "SIGKILL" });
      expect(stage.has(".jp1im/managers/tokyo/lock")).toBe(true);
      stage.gate.open();
      const next = await convergesAfter(stage);
      const warning = {
        code: "lock-taken-over",
        severity: "warning",
        summary: expect.stringContaining("left behind by"),
      };
      expect(documentOf(next).diagnostics).toContainEqual(expect.objectContaining(warning));
    }),
  );
});

test("Ctrl-C while a plan waits for an answer ends it with 130 and says so", async () => {
  const stage = await Stage.open();
  stage.simulator.faults.add({ path: "agents", effect: { type: "latency", ms: 1 } });
  const child = stage.start("plan --output json");
  await stage.gate.reached;
  child.kill("SIGINT");
  await child.said(/stopping/);
  stage.gate.open();
  const document = documentOf(await child.ended);
  expect(document).toMatchObject({ exit_code: 130, diagnostics: [{ code: "cancelled" }] });
});

const FROM_VAULT = "{ vault: { path: secret/web, field: f, auth: { token: { env: TOKEN } } } }";

test.each<[string, string, RegExp, string]>([
  ["manager", "", /url: \S+/, "url: http://SILENT"],
  ["vault", "", /\{ env: WEB_PASSWORD \}/, FROM_VAULT],
  ["HTTP server of the state", " --state http://SILENT/{manager}", /^/, ""],
  ["PostgreSQL server", " --state postgres://u@SILENT/db?sslmode=disable", /^/, ""],
  ["git server", " --state git+http://SILENT/r.git#state", /^/, ""],
])("the first Ctrl-C ends a plan, and an apply before its first write, waiting for a %s", async (...row) => {
  const [, options, from, to] = row;
  for (const command of ["plan", "apply --auto-approve"]) {
    const { address, reached, close } = await silentServer();
    const stage = await Stage.open();
    stage.write("jp1im.yaml", stage.read("jp1im.yaml").replace(from, to.replace("SILENT", address)));
    const env = { VAULT_ADDR: `http://${address}`, TOKEN: "token" };
    const child = stage.start(command + options.replace("SILENT", address), { env });
    await reached;
    const since = performance.now();
    child.kill("SIGINT");
    expect(await child.ended).toMatchObject({ code: 130, signal: null });
    // A second on an idle machine; each server would have ten or more.
    expect(performance.now() - since).toBeLessThan(5_000);
    expect(stage.writes()).toEqual([]);
    close();
  }
});

test.each([
  [
    "takes its lock",
    "LOCK",
    /waiting up to 5 s[\s\S]*may have left it there with the ID (\w+)[\s\S]*state unlock .* \1/,
  ],
  ["writes", "POST", /waiting up to 60 s/],
])("the first Ctrl-C while a server of the state hangs that a run %s at", async (what, method, said) => {
  const { address, hung, answer } = await hangingStateServer(method);
  const stage = await Stage.open();
  const options = `--state ${address}`;
  const child = stage.start(`apply --auto-approve ${options}`, { env: STATE_LOGIN });
  await hung;
  child.kill("SIGINT");
  await child.said(said);
  if (what === "writes") answer();
  const ended = await child.ended;
  expect(ended).toMatchObject({ code: 130, signal: null });
  answer();
  expect((await stage.run(`apply --auto-approve ${options}`, { env: STATE_LOGIN })).code).toBe(0);
});

const STATE_LOGIN = { TF_HTTP_USERNAME: "ops", TF_HTTP_PASSWORD: "s3cret" };

/** It keeps states, and hangs at requests of one method for a manager until `answer` is called. */
async function hangingStateServer(method: string) {
  const standIn = await StateServerStandIn.open("plain");
  let [reach, answer] = [() => {}, () => {}];
  const hung = new Promise<void>((resolve) => {
    reach = resolve;
  });
  const answered = new Promise<void>((resolve) => {
    answer = resolve;
  });
  const server = createHttpServer(async (request, response) => {
    if (request.method === method && !request.url?.includes("_managers")) {
      reach();
      await answered;
    }
    // A child that has ended takes no answer.
    await standIn.handle(request, response).catch(() => undefined);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const bound = server.address();
  const port = typeof bound === "object" ? bound?.port : undefined;
  closers.push(async () => {
    server.closeAllConnections();
    server.close();
    await standIn.close();
  });
  return { address: `http://127.0.0.1:${port}/states/{manager}`, hung, answer };
}

/** It accepts connections and never answers. */
async function silentServer() {
  let reach = () => {};
  const reached = new Promise<void>((resolve) => {
    reach = resolve;
  });
  const server = createServer((socket) =>
    socket
      .on("error", () => {})
      .on("data", () => reach())
      .unref(),
  );
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  server.unref();
  const bound = server.address();
  const port = typeof bound === "object" ? bound?.port : undefined;
  return { address: `127.0.0.1:${port}`, reached, close: () => server.close() };
}

test("a second run finds the lock held: it ends with 6 and says by whom, or waits and then does its work", async () => {
  const { stage, child } = await held(ISSUE, "");
  const [refused, listed, planned, wrong] = await Promise.all([
    stage.run("apply --auto-approve"),
    stage.run("state list --output json"),
    stage.run("plan"),
    stage.run("state unlock 0000"),
  ]);
  const id = documentOf(listed).state?.locks?.[0]?.id ?? "";
  expect(id).toMatch(/^[0-9a-f]{16}$/);
  expect(refused).toMatchObject({ code: 6, stdout: "" });
  for (const words of [
    `process ${child.pid} on `,
    'for "apply" since 2',
    "--lock-timeout",
    `jp1im state unlock ${id}`,
  ]) {
    expect(refused.stderr).toContain(words);
  }
  expect(planned.code).toBe(0);
  expect(wrong).toMatchObject({
    code: 6,
    stderr: expect.stringContaining(`has the ID 0000: that of tokyo is ${id}`),
  });

  const waiting = stage.start("state rm tokyo/agent/immhost01/web1 --lock-timeout 5m");
  await waiting.said(/waiting up to 300 s for the lock/);
  stage.gate.open();
  expect((await child.ended).code).toBe(0);
  expect(await waiting.ended).toMatchObject({ code: 0, stdout: expect.stringContaining("web1") });
});

test("a lock that is broken by force: the run that lost it stops before its next write, and reports what it did, with 3", async () => {
  const { stage, child } = await held(CHANGE, "--parallelism 1");
  const id = documentOf(await stage.run("state list --output json")).state?.locks?.[0]?.id ?? "";
  expect(await stage.run(["state", "unlock", id])).toMatchObject({
    code: 0,
    stdout: expect.stringContaining(id),
  });
  stage.gate.open();
  const ended = await child.ended;
  expect(ended.stderr).toContain("[lock-lost]");
  expect(ended.code).toBe(3);
  expect(stage.writes()).toHaveLength(1);
  await convergesAfter(stage);
});

/** An apply that stands still at its first request of that path. */
async function held(
  path: string,
  options: string,
  when: "before" | "after" = "before",
): Promise<{ stage: Stage; child: Child }> {
  const stage = await Stage.open();
  stage.simulator.faults.add({ path, times: 1, effect: { type: "latency", ms: 1, when } });
  const child = stage.start(`apply --auto-approve ${options}`);
  await stage.gate.reached;
  return { stage, child };
}

/** The next run does what is left, the one after it finds nothing to do, and the delivered secret is the valid one. */
async function convergesAfter(stage: Stage, changes?: number) {
  const next = await stage.must("apply --auto-approve --output json");
  const { outcome } = documentOf(next);
  if (changes !== undefined) expect(outcome?.summary.applied).toBe(changes);
  expect(await stage.run("plan --detailed-exitcode")).toMatchObject({ code: 0, stderr: "" });
  const truth = stage.simulator.truth().managers.tokyo;
  expect(stage.read("out/fluentd-web.secret")).toBe(truth?.clients?.["fluentd-web"]);
  return next;
}
