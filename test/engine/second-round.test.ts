/** What was approved with the plan is done in the second round; what that finds beyond it is asked for. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { joinRounds } from "../../src/engine/apply/next-round";
import type { Plan } from "../../src/index";
import { planText } from "../../src/report/plan-text";
import { outcomeOf, planOf } from "../report/plans";
import { Rig } from "../rig/rig";

const scenarios = join(__dirname, "../scenarios");
const world = readFileSync(join(scenarios, "world.yaml"), "utf8");
const BY_HOST = "{ host: db01, managerHost: immhost-osaka, secrets: { a: { env: V } } }";
const SELECTOR = "{ match: 'db*', managerHost: immhost-osaka, secrets: { b: { env: V } } }";
const files = ["managers.yaml", "jp1im.yaml"];

async function rigWith(...agents: string[]): Promise<Rig> {
  const rig = await Rig.create(world);
  rig.env.V = "some-value-1";
  await rig.write("managers.yaml", readFileSync(join(scenarios, "managers.yaml"), "utf8"));
  await rig.write(
    "jp1im.yaml",
    `apiVersion: jp1im/v1
managers:
  tokyo:
    lowerManagers: [{ host: immhost-osaka, initialSecret: { issueOn: osaka } }]
    agents: [${agents.join(", ")}]
`,
  );
  return rig;
}

/** Answers in turn, and keeps what was asked. */
function approver(...answers: boolean[]) {
  const asked: Plan[] = [];
  const approve = async (plan: Plan) => {
    asked.push(plan);
    return answers[asked.length - 1] ?? false;
  };
  return { asked, approve };
}

const ADDED = ["osaka secret/generateInfo", "tokyo subManagers/createInfo immhost-osaka"];

test("what the plan held as deferred is asked for once", async () => {
  const rig = await rigWith(BY_HOST);
  const { asked, approve } = approver(true);
  const outcome = await rig.apply({ files, approve });
  expect(asked.map(({ deferred }) => deferred.map(({ address }) => address))).toEqual([
    ["tokyo/agent/immhost-osaka/db01/secret/a"],
  ]);
  expect(rig.takeWrites()).toEqual([...ADDED, "tokyo agents/secrets/change db01 +a"]);
  expect(outcome).toMatchObject({ further_plan_due: false, plan: { deferred: [], open_selectors: [] } });
});

test("what a selector finds is asked for alone, and a no leaves what was approved before", async () => {
  const rig = await rigWith(BY_HOST, SELECTOR);
  const { asked, approve } = approver(true, false);
  const outcome = await rig.apply({ files, approve });
  expect(asked[1]?.changes.map(({ address }) => address)).toEqual([
    "tokyo/agent/immhost-osaka/db01/secret/b",
  ]);
  expect(asked[1]?.operations).toMatchObject([{ add: ["b"], delete: [] }]);
  expect(rig.takeWrites()).toEqual([...ADDED, "tokyo agents/secrets/change db01 +a"]);
  expect(outcome).toMatchObject({ further_plan_due: true, summary: { failed: 0, skipped: 0 } });
  expect((await rig.plan({ files })).changes).toHaveLength(1);
});

test("a yes to both sends one request for each agent", async () => {
  const rig = await rigWith(BY_HOST, SELECTOR);
  await rig.apply({ files, approve: approver(true, true).approve });
  expect(rig.takeWrites()).toEqual([...ADDED, "tokyo agents/secrets/change db01 +a +b"]);
  expect((await rig.plan({ files })).changes).toEqual([]);
});

test("the numbers of both rounds are added up", () => {
  const count = (of: number) => {
    const summary = { applied: of, failed: of + 1, skipped: of + 2, not_recorded: of + 3 };
    return { ...summary, requests: of + 4, carried_out: of + 5 };
  };
  const [first, second] = [1, 10].map((of) => ({ ...outcomeOf(planOf()), summary: count(of) }));
  if (!first || !second) throw new Error("there are two");
  expect(joinRounds(first, second).summary).toEqual({
    ...{ applied: 11, failed: 13, skipped: 15, not_recorded: 17, requests: 19, carried_out: 21 },
  });
});

test("what a partial list left out is looked at again in the second round", async () => {
  const rig = await rigWith("{ match: '*', secrets: { b: { env: V } } }");
  const effect = { type: "warning", messageId: "KAJY68204-W", hosts: ["immhost-nagoya"] } as const;
  rig.simulation.faults.add({ path: "agents", times: 1, effect });
  const { plan } = await rig.apply({ files, approve: async () => true });
  expect(plan.unknown).toEqual([]);
});

test("a target below the lower manager that is added limits what follows", async () => {
  const rig = await rigWith(BY_HOST.replace("a: {", "b: { env: V }, a: {"));
  await rig.apply({ files, targets: ["tokyo/lower-manager", "tokyo/agent/immhost-osaka/db01/secret/a"] });
  expect(rig.takeWrites()).toEqual([...ADDED, "tokyo agents/secrets/change db01 +a"]);
});

test("a selector does not wait any more when a target below its place was planned again", async () => {
  const rig = await rigWith(SELECTOR);
  const targets = ["tokyo/lower-manager", "tokyo/agent/immhost-osaka/db01/secret/b"];
  const outcome = await rig.apply({ files, targets });
  expect(rig.takeWrites()).toEqual([...ADDED, "tokyo agents/secrets/change db01 +b"]);
  expect(outcome.plan).toMatchObject({ open_selectors: [], summary: { open_selectors: 0 } });
});

test("a deferred value that its source does not give stops the run before the first write", async () => {
  const rig = await rigWith(BY_HOST);
  delete rig.env.V;
  await expect(rig.apply({ files })).rejects.toMatchObject({ diagnostics: [{ code: "source-unresolved" }] });
  expect(rig.takeWrites()).toEqual([]);
});

test("keys of ours that nothing declares any more are deferred deletes, and count for the budget", async () => {
  const rig = await rigWith(BY_HOST);
  await rig.apply({ files });
  await rig.write(
    "jp1im.yaml",
    `apiVersion: jp1im/v1
managers: { tokyo: {} }
`,
  );
  await rig.apply({ files, targets: ["tokyo/lower-manager/immhost-osaka"] });
  rig.takeWrites();
  await rig.write(
    "jp1im.yaml",
    `apiVersion: jp1im/v1
managers:
  tokyo:
    policy: { maxDeletes: 0 }
    lowerManagers: [{ host: immhost-osaka, initialSecret: { issueOn: osaka } }]
`,
  );
  const { deferred, diagnostics } = await rig.plan({ files });
  expect(deferred).toMatchObject([
    { address: "tokyo/agent/immhost-osaka/db01/secret/a", action: "delete", reason: "undeclared" },
  ]);
  expect(diagnostics).toMatchObject([{ code: "policy-refused" }]);
  // A selector may give it, which shows once the agent is visible.
  const selected = SELECTOR.replace("b: {", "a: {");
  await rig.write("jp1im.yaml", `${rig.read("jp1im.yaml")}    agents: [${selected}]\n`);
  expect(await rig.plan({ files })).toMatchObject({ deferred: [], summary: { delete: 0 } });
});

test("a selector that can match nothing is reported though a lower manager is to be added", async () => {
  const rig = await rigWith(
    "{ match: 'wbe*', managerHost: immhost01, secrets: { b: { env: V } } }",
    SELECTOR,
  );
  const { diagnostics } = await rig.plan({ files });
  expect(diagnostics).toMatchObject([
    { code: "nothing-matched", summary: expect.stringContaining('"wbe*"') },
  ]);
});

test("a plan names and counts what is deferred, and what it cannot count", async () => {
  const rig = await rigWith(BY_HOST, SELECTOR);
  const text = planText(await rig.plan({ files }), { wording: "plan" });
  expect(text).toContain(`Deferred until the lower manager above them is added:
  written, unless there as last written
    tokyo/agent/immhost-osaka/db01  a
  what selectors match there, which shows only then
    tokyo/agent/immhost-osaka  match "db*", managerHost "immhost-osaka"
`);
  expect(text).toContain(
    "Plan: 1 to create, 1 deferred, what 1 deferred selector will match. 2 requests, and those for what is deferred.",
  );
});

test("a selector below a lower manager that has no such agents yet is not reported by the apply that adds it", async () => {
  const rig = await rigWith(SELECTOR.replace("db*", "zz*"));
  expect((await rig.apply({ files, approve: async () => true })).plan.diagnostics).toEqual([]);
  expect((await rig.plan({ files })).diagnostics).toMatchObject([{ code: "nothing-matched" }]);
});
