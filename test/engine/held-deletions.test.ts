/** A deletion does not go on while what may replace it is blocked, unknown, deferred or not created. */
import { applySavedPlan } from "../../src/index";
import type { DesiredTokyo } from "../rig/tokyo";
import { tokyoRig, tokyoYaml } from "../rig/tokyo";

const secrets = { a: { env: "V" } };
const web02 = { host: "web02", secrets: { b: { env: "V" } } };
const address = "tokyo/agent/immhost01/web01";

async function applied(desired: DesiredTokyo) {
  const rig = await tokyoRig(desired, { nagoya: { initialSecret: "some-value" } });
  rig.env.V = "some-value";
  await rig.apply();
  rig.takeWrites();
  return rig;
}

test.each(["WEB01", "web10"])(
  "an agent that is declared as %s, and unknown, keeps the secrets of the one that was declared before",
  async (host) => {
    const rig = await applied({ agents: [{ host: "web01", secrets }] });
    await rig.write("jp1im.yaml", tokyoYaml({ agents: [{ host, secrets }] }));
    const { plan } = await rig.apply();
    expect(plan.blocked).toMatchObject([{ address, code: "deletion-withheld" }]);
    expect(plan.unknown).toMatchObject([{ address: `tokyo/agent/immhost01/${host}` }]);
    expect(rig.takeWrites()).toEqual([]);
    await rig.write("jp1im.yaml", tokyoYaml({ agents: [{ host: "web02", secrets }] }));
    const { changes } = (await rig.apply()).plan;
    expect(changes.map(({ action }) => action)).toEqual(["delete", "create"]);
    expect((await rig.plan()).changes).toEqual([]);
  },
);

test("an agent with other keys than the unknown one is pruned as ever", async () => {
  const rig = await applied({ agents: [{ host: "web01", secrets }, web02] });
  await rig.write("jp1im.yaml", tokyoYaml({ agents: [{ host: "web10", secrets: web02.secrets }, web02] }));
  const { plan } = await rig.apply();
  expect(plan.blocked).toEqual([]);
  expect(plan.changes).toMatchObject([{ address: `${address}/secret/a`, action: "delete" }]);
});

test("a key that the unknown agent has already did not move there", async () => {
  const both = { host: "web02", secrets: { ...secrets, ...web02.secrets } };
  const rig = await applied({ agents: [{ host: "web01", secrets }, both] });
  rig.simulation.edit({ manager: "tokyo", type: "set-agent-state", host: "web02", state: "down" });
  await rig.write("jp1im.yaml", tokyoYaml({ agents: [both] }));
  const { plan } = await rig.apply();
  expect(plan).toMatchObject({ blocked: [], unknown: [{ address: "tokyo/agent/immhost01/web02" }] });
  expect(rig.takeWrites()).toEqual(["tokyo agents/secrets/change web01 -a"]);
});

test.each([
  ["stays while a selector may give it to an agent that cannot be listed", secrets, 1],
  ["goes where no selector gives it", web02.secrets, 0],
])("a secret that is no longer declared %s", async (_, selected, blocked) => {
  const rig = await applied({ agents: [{ host: "web01", secrets }] });
  await rig.write("jp1im.yaml", tokyoYaml({ agents: [{ match: "batch-*", secrets: selected }] }));
  rig.simulation.faults.add({ path: "agents", effect: { type: "status", status: 403 } });
  const plan = await rig.plan();
  expect(plan.unknown).toMatchObject([{ address: "tokyo/agent" }]);
  expect([plan.blocked.length, plan.summary.delete]).toEqual([blocked, 1 - blocked]);
});

test("a plan warns of an agent that is declared below a lower manager which it deletes", async () => {
  const lower = { host: "immhost-nagoya", initialSecret: { env: "V" } };
  const agents = [{ host: "app01", managerHost: "immhost-nagoya", secrets }];
  const rig = await tokyoRig({ lowerManagers: [lower], agents }, { nagoya: { initialSecret: "some-value" } });
  rig.env.V = "some-value";
  await rig.apply();
  await rig.write("jp1im.yaml", tokyoYaml({ agents }));
  const { diagnostics } = await rig.plan();
  expect(diagnostics).toMatchObject([{ code: "likely-mistake", severity: "warning" }]);
});

test("a secret that moves to an agent that is down is not deleted while that agent cannot be written", async () => {
  const rig = await applied({ agents: [{ host: "web01", secrets }, web02] });
  rig.simulation.edit({ manager: "tokyo", type: "set-agent-state", host: "web02", state: "down" });
  const both = { host: "web02", secrets: { ...secrets, ...web02.secrets } };
  await rig.write("jp1im.yaml", tokyoYaml({ agents: [both] }));
  const { plan } = await rig.apply();
  expect(plan.blocked).toMatchObject([{ address, code: "deletion-withheld" }]);
  expect(plan.blocked[0]?.detail).toBe(
    '"a" is no longer declared, and not deleted: tokyo/agent/immhost01/web02, which may be meant instead, is unknown',
  );
  expect(rig.takeWrites()).toEqual([]);
  rig.simulation.edit({ manager: "tokyo", type: "set-agent-state", host: "web02", state: "up" });
  await rig.apply();
  expect(rig.takeWrites().sort()).toEqual([
    "tokyo agents/secrets/change web01 -a",
    "tokyo agents/secrets/change web02 +a",
  ]);
  expect((await rig.plan()).changes).toEqual([]);
});

const nagoya = { host: "immhost-nagoya", initialSecret: { env: "V" } };

test("a secret that moves below a lower manager that is added is deleted once it is written there", async () => {
  const rig = await applied({ agents: [{ host: "web01", secrets }] });
  await rig.write(
    "jp1im.yaml",
    tokyoYaml({ lowerManagers: [nagoya], agents: [{ host: "app01", managerHost: nagoya.host, secrets }] }),
  );
  rig.simulation.faults.add({
    path: "subManagers/createInfo",
    times: 1,
    effect: { type: "status", status: 400, messageId: "KAJY68012-E" },
  });
  const { plan } = await rig.apply();
  expect(plan.changes.map(({ action }) => action)).toEqual(["create"]);
  expect(plan.deferred).toContainEqual(
    expect.objectContaining({
      address: `${address}/secret/a`,
      action: "delete",
      after: "tokyo/lower-manager/immhost-nagoya",
    }),
  );
  expect(rig.takeWrites()).toEqual(["tokyo subManagers/createInfo immhost-nagoya -> 400"]);
  await rig.apply();
  expect(rig.takeWrites()).toEqual([
    "tokyo subManagers/createInfo immhost-nagoya",
    expect.stringMatching(/change (app01 \+|web01 -)a/),
    expect.stringMatching(/change (app01 \+|web01 -)a/),
  ]);
  expect((await rig.plan()).changes).toEqual([]);
});

test("nothing waits for a secret on an agent whose lower manager the same plan deletes", async () => {
  const osaka = { host: "immhost-osaka", initialSecret: { issueOn: "osaka" } };
  const rig = await applied({});
  await rig.write("osaka.yaml", tokyoYaml({ url: "http://osaka.test:20703", host: osaka.host }, "osaka"));
  const files = ["jp1im.yaml", "osaka.yaml"];
  await rig.write(
    "jp1im.yaml",
    tokyoYaml({ lowerManagers: [osaka], agents: [{ host: "db01", managerHost: osaka.host, secrets }] }),
  );
  await rig.apply({ files });
  await rig.write(
    "jp1im.yaml",
    tokyoYaml({ lowerManagers: [nagoya], agents: [{ host: "app01", managerHost: nagoya.host, secrets }] }),
  );
  const plan = await rig.plan({ files });
  expect(plan.deferred).toMatchObject([{ action: "write" }]);
  expect(plan.changes.find(({ action }) => action === "delete")).toMatchObject({
    ...{ address: "tokyo/lower-manager/immhost-osaka", loses: { agents: 1, secrets: 1 } },
  });
});

test("a saved plan deletes such a secret in its second round", async () => {
  const rig = await applied({ agents: [{ host: "web01", secrets }] });
  const below = { host: "app01", managerHost: nagoya.host, secrets };
  const kept = { host: "web01", secrets: { c: { env: "V" } } };
  await rig.write("jp1im.yaml", tokyoYaml({ lowerManagers: [nagoya], agents: [below, kept] }));
  const { changes, further_plan_due } = await applySavedPlan(await rig.plan(), {}, rig.platform());
  expect(changes.map(({ status }) => status)).toEqual(["applied", "applied", "applied", "applied"]);
  expect(further_plan_due).toBe(false);
  expect(rig.takeWrites().slice(0, 2)).toEqual([
    "tokyo subManagers/createInfo immhost-nagoya",
    "tokyo agents/secrets/change web01 +c",
  ]);
  expect((await rig.plan()).changes).toEqual([]);
});

test("the secrets below a lower manager stay where the one in its place cannot be added", async () => {
  const declared = (host: string) => ({
    lowerManagers: [{ ...nagoya, host }],
    agents: [{ host: "app01", managerHost: host, secrets }],
  });
  const rig = await applied(declared("immhost-nagoya"));
  await rig.write("jp1im.yaml", tokyoYaml(declared("immhost-nagoja")));
  const { plan, changes } = await rig.apply();
  expect(plan.changes).toMatchObject([
    { action: "create" },
    { action: "delete", loses: { agents: 1, secrets: 1 } },
  ]);
  expect(changes.map(({ status }) => status)).toEqual(["failed", "skipped"]);
  expect(rig.takeWrites()).toEqual(["tokyo subManagers/createInfo immhost-nagoja -> 400"]);
});

const client = (id: string) => ({ clients: [{ id, deliverTo: { file: `out/${id}` } }] });

test("a client stays where the one that may replace it is not ours", async () => {
  const rig = await applied(client("app"));
  await rig.write("jp1im.yaml", tokyoYaml(client("foreign-app")));
  const { plan } = await rig.apply();
  expect(plan.blocked).toMatchObject([
    { address: "tokyo/client/app", code: "deletion-withheld" },
    { address: "tokyo/client/foreign-app", code: "not-ours" },
  ]);
  expect(rig.takeWrites()).toEqual([]);
  await rig.write("jp1im.yaml", tokyoYaml({ clients: [] }));
  await rig.apply();
  expect(rig.takeWrites()).toEqual(["tokyo secret/client/deleteInfo app"]);
});

test("an agent that is down does not stop the issue of its manager's initial secret", async () => {
  const initialSecret = { deliverTo: { file: "out/initial" } };
  const rig = await tokyoRig({ agents: [web02], initialSecret });
  rig.env.V = "some-value";
  rig.simulation.edit({ manager: "tokyo", type: "set-agent-state", host: "web02", state: "down" });
  const { unknown, changes } = await rig.plan();
  expect(unknown).toMatchObject([{ address: "tokyo/agent/immhost01/web02" }]);
  expect(changes).toMatchObject([{ address: "tokyo/initial-secret", action: "create" }]);
});

test("a client stays where the one that may replace it could not be issued", async () => {
  const rig = await applied(client("app"));
  await rig.write("jp1im.yaml", tokyoYaml(client("web")));
  rig.simulation.faults.add({ path: "secret/client/generateInfo", effect: { type: "status", status: 403 } });
  const { changes, diagnostics } = await rig.apply();
  expect(changes.map(({ address, status }) => `${address} ${status}`).sort()).toEqual([
    "tokyo/client/app skipped",
    "tokyo/client/web failed",
  ]);
  expect(diagnostics).toContainEqual(
    expect.objectContaining({ code: "deletion-withheld", address: "tokyo/client/app" }),
  );
  expect(rig.takeWrites()).toEqual(["tokyo secret/client/generateInfo web -> 403"]);
});

test("a client whose sink moved is blocked, and holds no deletion of another", async () => {
  const rig = await applied({ clients: [...client("app").clients, ...client("web").clients] });
  await rig.write(
    "jp1im.yaml",
    tokyoYaml({ clients: [{ id: "web", deliverTo: { file: "elsewhere/web" } }] }),
  );
  const { plan } = await rig.apply();
  expect(plan.blocked).toMatchObject([{ address: "tokyo/client/web", code: "sink-moved" }]);
  expect(rig.takeWrites()).toEqual(["tokyo secret/client/deleteInfo app"]);
});
