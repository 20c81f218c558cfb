import { cpSync, renameSync, rmSync } from "node:fs";
import { documentOf } from "./document";
import { closeStages, DESIRED, Stage } from "./stage";

afterEach(closeStages);

test("a saved plan is applied as it was reviewed, without a question, and once", async () => {
  const stage = await Stage.open();
  const saved = await stage.must("plan --out tokyo.plan");
  expect(saved.stdout).toContain("Saved to tokyo.plan");
  const applied = await stage.run("apply tokyo.plan");
  expect(applied).toMatchObject({ code: 0, stdout: expect.stringContaining("Applied: 4 created.") });
  const sent = stage.writes();
  const again = await stage.run("apply tokyo.plan");
  expect(again).toMatchObject({
    code: 5,
    stderr: expect.stringMatching(/it was applied at \S+Z, and a plan is applied once.*\[plan-stale\]/),
  });
  expect(again.stderr).toContain("make a new plan");
  expect(stage.writes()).toEqual(sent);
});

test("a saved plan is stale when its file, the state or the manager has changed since, and then sends nothing", async () => {
  const input = await prepared();
  input.edit("jp1im.yaml", "generation: 1", "generation: 2");

  const state = await prepared();
  await state.must("apply --auto-approve --target tokyo/agent/immhost01/web1");
  state.simulator.simulation.clearRequests();

  const manager = await prepared();
  manager.simulator.edit({
    ...{ manager: "tokyo", type: "set-agent-secret" },
    ...{ host: "web3", key: "smtp.password", secret: "by hand" },
  });

  const value = await prepared();
  value.env.WEB_PASSWORD = "another";

  const stages = [input, state, manager, value];
  const ended = await Promise.all(stages.map((stage) => stage.run("apply --output json tokyo.plan")));
  for (const each of ended) {
    const { exit_code, diagnostics } = documentOf(each);
    expect([exit_code, new Set(diagnostics.map(({ code }) => code))]).toEqual([5, new Set(["plan-stale"])]);
  }
  expect(ended[0]?.stdout).toContain("jp1im.yaml was edited after planning");
  expect(ended[1]?.stdout).toContain(
    "there was no state when it was made, and another run has made one since",
  );
  expect(ended[2]?.stdout).toContain("key smtp.password of tokyo/agent/immhost01/web3 is now on the agent");
  expect(ended[3]?.stdout).toContain(
    "the value from environment variable WEB_PASSWORD is not the planned one",
  );
  expect(stages.flatMap((stage) => stage.writes())).toEqual([]);
});

test("a plan that is edited, cut short, of a newer format, or none at all, is refused", async () => {
  const stage = await prepared();
  const plan = stage.read("tokyo.plan");
  stage.write("edited.plan", plan.replace("fluentd-web", "fluentd-wed"));
  stage.write("longer.plan", plan.replace('"mode"', '"more": 1,\n "mode"'));
  stage.write("cut.plan", plan.slice(0, plan.length / 2));
  stage.write("newer.plan", plan.replace('"format_version": "2.0"', '"format_version": "9.0"'));
  stage.write("empty.plan", "");
  const cases: [file: string, words: RegExp][] = [
    ["edited.plan", /edited or damaged/],
    ["longer.plan", /edited or damaged/],
    ["cut.plan", /not a whole JSON document/],
    ["newer.plan", /format "9.0", this version reads 2.0/],
    ["empty.plan", /not a whole JSON document/],
    ["jp1im.yaml", /not a whole JSON document/],
    ["nothing.plan", /nothing.plan cannot be read: it does not exist/],
    [".", /cannot be read: it is a folder/],
  ];
  const ended = await Promise.all(cases.map(([file]) => stage.run(["apply", file])));
  for (const [index, [file, words]] of cases.entries()) {
    expect([file, ended[index]]).toEqual([
      file,
      { code: 64, signal: null, stdout: "", stderr: expect.stringMatching(words) },
    ]);
    expect(ended[index]?.stderr).toContain("[plan-unreadable]");
  }
  expect(stage.writes()).toEqual([]);
});

test("options that would contradict a saved plan are refused, and a plan that cannot be saved says so", async () => {
  const stage = await prepared();
  const [file, target, folder, missing] = await Promise.all([
    stage.run("apply tokyo.plan -f jp1im.yaml"),
    stage.run("apply tokyo.plan --target tokyo"),
    stage.run("plan --out ."),
    stage.run("plan --out missing/tokyo.plan"),
  ]);
  expect(file).toMatchObject({
    code: 64,
    stderr: expect.stringContaining("--file does not go with a saved plan"),
  });
  expect(target).toMatchObject({ code: 64, stderr: expect.stringContaining("--target does not go") });
  expect(folder).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/cannot be saved to \.: it is a folder/),
  });
  expect(missing).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/missing\/tokyo.plan: the folder missing does not exist/),
  });
});

test("a saved plan that was killed or cancelled goes on where it was, and is then used up", async () => {
  const signals = ["SIGKILL", "SIGINT"] as const;
  await Promise.all(
    signals.map(async (signal) => {
      const stage = await prepared();
      const path = "agents/secrets/change";
      stage.simulator.faults.add({ path, skip: 1, times: 1, effect: { type: "latency", ms: 1 } });
      const child = stage.start("apply tokyo.plan --parallelism 1");
      await stage.gate.reached;
      child.kill(signal);
      if (signal === "SIGINT") await child.said(/stopping/);
      stage.gate.open();
      expect((await child.ended).code).toBe(signal === "SIGINT" ? 130 : null);
      const next = await stage.run("apply tokyo.plan --output json");
      expect(documentOf(next)).toMatchObject({ exit_code: 0, outcome: { summary: { failed: 0 } } });
      // What was done in the last moment before a kill is not durable yet, and is done again.
      const left = signal === "SIGINT" ? "[23]" : "[234]";
      expect(next.stdout).toMatch(
        new RegExp(String.raw`was begun at \S+ and not finished: ${left} of its 4 changes are left`),
      );
      const again = await stage.run("apply tokyo.plan");
      expect(again).toMatchObject({ code: 5, stderr: expect.stringContaining("it was applied at") });
      await stage.must("plan --detailed-exitcode");
    }),
  );
});

test("a saved plan that was killed is stale once another run has written", async () => {
  const stage = await prepared();
  stage.simulator.faults.add({
    ...{ path: "agents/secrets/change", skip: 1, times: 1 },
    effect: { type: "latency", ms: 1 },
  });
  const child = stage.start("apply tokyo.plan --parallelism 1");
  await stage.gate.reached;
  child.kill("SIGKILL");
  await child.ended;
  stage.gate.open();
  await stage.must("apply --auto-approve");
  const again = await stage.run("apply tokyo.plan");
  expect(again).toMatchObject({
    code: 5,
    stderr: expect.stringContaining("not finished, and another run has written to the state since"),
  });
});

test("a plan made in one checkout applies in another, with the state carried along", async () => {
  const stage = await Stage.open();
  for (const checkout of ["plan-job", "apply-job/deeper"]) {
    stage.write(`${checkout}/fleet/jp1im.yaml`, DESIRED);
    stage.write(`${checkout}/deploy/keep`, "");
  }
  await stage.must("plan -f ../fleet --out tokyo.plan", { cwd: stage.path("plan-job/deploy") });
  expect(stage.read("plan-job/deploy/tokyo.plan")).not.toContain(stage.folder);
  cpSync(stage.path("plan-job/fleet/.jp1im"), stage.path("apply-job/deeper/fleet/.jp1im"), {
    recursive: true,
  });
  cpSync(stage.path("plan-job/deploy/tokyo.plan"), stage.path("apply-job/deeper/deploy/tokyo.plan"));
  rmSync(stage.path("plan-job"), { recursive: true });
  const astray = await stage.run("apply deploy/tokyo.plan", { cwd: stage.path("apply-job/deeper") });
  expect(astray).toMatchObject({
    code: 5,
    stderr: expect.stringMatching(/\.\.\/fleet\/jp1im\.yaml cannot be read from \S+: it does not exist/),
  });
  const applied = await stage.must("apply tokyo.plan", { cwd: stage.path("apply-job/deeper/deploy") });
  expect(applied.stdout).toContain("Applied: 4 created.");
  expect(stage.has("apply-job/deeper/fleet/.jp1im/managers/tokyo/state.log")).toBe(true);
});

test("a plan without secrets is made without values and key, and applied with both", async () => {
  const stage = await Stage.open();
  await stage.must("apply --auto-approve");
  stage.edit("jp1im.yaml", "generation: 1", "generation: 2");
  const key = stage.path(".jp1im/state.key");
  renameSync(key, stage.path("kept.key"));
  const { TOKYO_PASSWORD = "" } = stage.env;
  delete stage.env.WEB_PASSWORD;
  const made = await stage.must("plan --no-secrets --trust jp1im.yaml --out tokyo.plan");
  expect(made.stderr).toBe("");
  expect(stage.has(".jp1im/state.key")).toBe(false);
  renameSync(stage.path("kept.key"), key);
  Object.assign(stage.env, { TOKYO_PASSWORD, WEB_PASSWORD: "rotated" });
  const applied = await stage.must("apply tokyo.plan --output json");
  expect(documentOf(applied)).toMatchObject({
    outcome: { summary: { applied: 1 } },
    diagnostics: [{ code: "beyond-plan" }],
  });
  expect((await stage.run("plan --detailed-exitcode")).code).toBe(2);
});

test("a plan to destroy is saved and applied like any other", async () => {
  const stage = await Stage.open();
  await stage.must("apply --auto-approve");
  const made = await stage.must("plan --destroy --out end.plan");
  expect(made.stdout).toContain("4 to delete");
  const applied = await stage.must("apply end.plan");
  expect(applied.stdout).toContain("Applied: 4 deleted.");
  expect((await stage.run("apply end.plan")).code).toBe(5);
});

test("a plan from standard input cannot be saved", async () => {
  const stage = await Stage.open();
  const stdin = stage.read("jp1im.yaml");
  expect(await stage.run("plan -f - --out tokyo.plan", { stdin })).toMatchObject({
    code: 64,
    stderr: expect.stringContaining("a plan from standard input cannot be saved"),
  });
  expect(stage.has("tokyo.plan")).toBe(false);
});

async function prepared(): Promise<Stage> {
  const stage = await Stage.open();
  await stage.must("plan --out tokyo.plan");
  return stage;
}
