/** Why a saved plan no longer fits, and what the rest of an interrupted one leaves alone. */
import { exitCodeOfOutcome } from "../../src/cli/exit-code-of";
import { applySavedPlan, type Outcome, type Plan } from "../../src/index";
import type { Edit } from "../../src/simulator/edit";
import type { Rig } from "../rig/rig";
import { type DesiredTokyo, refusalsOf, tokyoRig } from "../rig/tokyo";

const a = { host: "web01", secrets: { a: { env: "V" } } };
const set = (key: string): Edit => ({
  ...{ manager: "tokyo", type: "set-agent-secret", host: "web01" },
  ...{ key, secret: "of-others" },
});

async function saved(desired: DesiredTokyo) {
  const rig = await tokyoRig(desired, { nagoya: { initialSecret: "value" } });
  rig.env.V = "value";
  return { rig, plan: await rig.plan({ save: true }) };
}

async function applied(rig: Rig, plan: Plan): Promise<Outcome> {
  rig.takeWrites();
  return applySavedPlan(plan, {}, rig.platform());
}

test.each<[string, DesiredTokyo, Edit]>([
  [
    "key a of tokyo/agent/immhost01/web01 is now on the agent",
    { agents: [a], policy: { unverified: "keep" } },
    set("a"),
  ],
  [
    "key foreign.key of tokyo/agent/immhost01/web01 is no longer on the agent",
    { agents: [a], policy: { prune: "all" } },
    { manager: "tokyo", type: "remove-agent-secret", host: "web01", key: "foreign.key" },
  ],
  [
    "the client foreign-app of tokyo was deleted meanwhile",
    { policy: { prune: "all" } },
    { manager: "tokyo", type: "delete-client", id: "foreign-app" },
  ],
  [
    "other would be deleted at tokyo/client as well",
    { policy: { prune: "all" } },
    { manager: "tokyo", type: "create-client", id: "other" },
  ],
])("a saved plan is stale: %s", async (summary, desired, edit) => {
  const { rig, plan } = await saved(desired);
  rig.simulation.edit(edit);
  const [refusal, ...others] = await refusalsOf(applied(rig, plan));
  expect(refusal?.summary).toBe(`the saved plan no longer fits: ${summary}`);
  expect([refusal?.code, others]).toEqual(["plan-stale", []]);
  expect(rig.takeWrites()).toEqual([]);
});

test("a saved plan is stale with another initial secret of a lower manager, whose source is named", async () => {
  const lowerManagers = [
    { host: "immhost-nagoya", initialSecret: { env: "PASSWORD" } },
    { host: "immhost-osaka", initialSecret: { env: "V" } },
  ];
  const { rig, plan } = await saved({ lowerManagers });
  rig.env.V = "other";
  const [refusal] = await refusalsOf(applied(rig, plan));
  expect(refusal?.summary).toContain("the value from environment variable V is not the planned one");
});

test("of many differences the first ten are listed", async () => {
  const names = Array.from({ length: 12 }, (_, index) => `V${index}`);
  const rig = await tokyoRig({
    agents: [{ host: "web01", secrets: Object.fromEntries(names.map((env) => [env, { env }])) }],
  });
  for (const name of names) rig.env[name] = "value";
  const plan = await rig.plan({ save: true });
  for (const name of names) rig.env[name] = "other";
  const refusals = await refusalsOf(applied(rig, plan));
  expect(refusals).toHaveLength(11);
  expect(refusals.at(-1)?.summary).toContain("and 2 more differences");
});

test("a resumed plan deletes what was approved, and nothing that came since", async () => {
  const { rig, plan } = await saved({ agents: [a], policy: { prune: "all" } });
  for (const path of ["secret/client/deleteInfo", "agents/secrets/change"])
    rig.simulation.faults.add({ path, times: 1, effect: { type: "status", status: 403 } });
  expect((await applied(rig, plan)).summary).toMatchObject({ applied: 0, failed: 3 });
  rig.simulation.edit({ manager: "tokyo", type: "create-client", id: "other" });
  rig.simulation.edit(set("other.key"));
  const outcome = await applied(rig, plan);
  expect(rig.takeWrites().sort()).toEqual([
    "tokyo agents/secrets/change web01 +a -foreign.key",
    "tokyo secret/client/deleteInfo foreign-app",
  ]);
  expect(outcome.diagnostics.map(({ code }) => code)).toContain("beyond-plan");
});

test("a resumed plan keeps what waits for its lower manager", async () => {
  const host = "immhost-nagoya";
  const { rig, plan } = await saved({
    lowerManagers: [{ host, initialSecret: { env: "V" } }],
    agents: [a, { ...a, host: "app01", managerHost: host }],
  });
  for (const path of ["subManagers/createInfo", "agents/secrets/change"])
    rig.simulation.faults.add({ path, times: 1, effect: { type: "status", status: 403 } });
  await applied(rig, plan);
  expect((await applied(rig, plan)).summary).toMatchObject({ applied: 3, failed: 0 });
  expect(rig.takeWrites().sort()).toEqual([
    "tokyo agents/secrets/change app01 +a",
    "tokyo agents/secrets/change web01 +a",
    `tokyo subManagers/createInfo ${host}`,
  ]);
});

test("a resumed plan of which a part is unknown stays resumable", async () => {
  const { rig, plan } = await saved({ agents: [a, { ...a, host: "web02" }] });
  rig.simulation.faults.add({
    ...{ path: "agents/secrets/change", bodyIncludes: "web02", times: 1 },
    effect: { type: "status", status: 403 },
  });
  await applied(rig, plan);
  const state = (now: "up" | "down"): Edit => ({
    ...{ manager: "tokyo", type: "set-agent-state", host: "web02", state: now },
  });
  rig.simulation.edit(state("down"));
  const outcome = await applied(rig, plan);
  expect(outcome.plan.unknown).toMatchObject([{ address: "tokyo/agent/immhost01/web02" }]);
  expect(exitCodeOfOutcome(outcome)).toBe(3);
  expect(rig.takeWrites()).toEqual([]);
  rig.simulation.edit(state("up"));
  await applied(rig, plan);
  expect(rig.takeWrites()).toEqual(["tokyo agents/secrets/change web02 +a"]);
});
