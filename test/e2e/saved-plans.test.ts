import { documentOf } from "./document";
import { closeStages, Stage } from "./stage";

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
    stderr: expect.stringMatching(/state is at serial \d+.*\[plan-stale\]/),
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
  expect(ended[0]?.stdout).toContain("jp1im.yaml has changed");
  expect(ended[2]?.stdout).toContain("web3");
  expect(stages.flatMap((stage) => stage.writes())).toEqual([]);
});

test("a plan that is edited, cut short, of a newer format, or none at all, is refused", async () => {
  const stage = await prepared();
  const plan = stage.read("tokyo.plan");
  stage.write("edited.plan", plan.replace("fluentd-web", "fluentd-wed"));
  stage.write("longer.plan", plan.replace('"mode"', '"more": 1,\n "mode"'));
  stage.write("cut.plan", plan.slice(0, plan.length / 2));
  stage.write("newer.plan", plan.replace('"format_version": "1.0"', '"format_version": "9.0"'));
  stage.write("empty.plan", "");
  const cases: [file: string, words: RegExp][] = [
    ["edited.plan", /edited or damaged/],
    ["longer.plan", /edited or damaged/],
    ["cut.plan", /not a whole JSON document/],
    ["newer.plan", /format "9.0", this version reads 1.0/],
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
    stderr: expect.stringMatching(/could not be saved to \.: it is a folder/),
  });
  expect(missing).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/missing\/tokyo.plan: it does not exist/),
  });
});

async function prepared(): Promise<Stage> {
  const stage = await Stage.open();
  await stage.must("plan --out tokyo.plan");
  return stage;
}
