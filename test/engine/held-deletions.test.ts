/** A deletion does not go on while what may replace it is blocked, unknown, deferred or not created. */
import type { DesiredTokyo } from "../rig/tokyo";
import { tokyoRig, tokyoYaml } from "../rig/tokyo";

const secrets = { a: { env: "V" } };
const web02 = { host: "web02", secrets: { b: { env: "V" } } };
const address = "tokyo/agent/immhost01/web01";

async function applied(desired: DesiredTokyo) {
  const rig = await tokyoRig(desired);
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

const down = { path: "agents/secrets/change", bodyIncludes: "web02" } as const;
const failing = { type: "status", status: 400, messageId: "KAJY68205-E" } as const;

test("a secret that moves to an agent that is down is deleted nowhere until that agent has it", async () => {
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
  expect(rig.takeWrites()).toEqual([
    "tokyo agents/secrets/change web02 +a",
    "tokyo agents/secrets/change web01 -a",
  ]);
  expect((await rig.plan()).changes).toEqual([]);
});

test("a secret that moves to an agent that refuses it is deleted after the next run that writes it", async () => {
  const rig = await applied({ agents: [{ host: "web01", secrets }] });
  rig.simulation.faults.add({ ...down, times: 1, effect: failing });
  const other = { host: "web01", secrets: { c: { env: "V" } } };
  await rig.write("jp1im.yaml", tokyoYaml({ agents: [other, { host: "web02", secrets }] }));
  const { changes, diagnostics } = await rig.apply();
  expect(changes.map(({ action, status }) => `${action} ${status}`)).toEqual([
    "delete skipped",
    "create applied",
    "create failed",
  ]);
  expect(diagnostics.map(({ code }) => code)).toContain("deletion-withheld");
  expect(rig.takeWrites()).toEqual([
    "tokyo agents/secrets/change web01 +c",
    "tokyo agents/secrets/change web02 +a -> 400",
  ]);
  await rig.apply();
  expect(rig.takeWrites()).toEqual([
    "tokyo agents/secrets/change web02 +a",
    "tokyo agents/secrets/change web01 -a",
  ]);
  expect((await rig.plan()).changes).toEqual([]);
});

const nagoya = { host: "immhost-nagoya", initialSecret: { env: "V" } };

test.each([
  ["by host", { host: "app01", managerHost: nagoya.host, secrets }],
  ["by a selector", { match: "app*", managerHost: nagoya.host, secrets }],
])("a secret that moves below a lower manager that is added, %s, is deleted after that", async (_, agent) => {
  const rig = await tokyoRig(
    { agents: [{ host: "web01", secrets }] },
    { nagoya: { initialSecret: "some-value" } },
  );
  rig.env.V = "some-value";
  await rig.apply();
  rig.takeWrites();
  await rig.write("jp1im.yaml", tokyoYaml({ lowerManagers: [nagoya], agents: [agent] }));
  rig.simulation.faults.add({
    path: "subManagers/createInfo",
    times: 1,
    effect: { ...failing, messageId: "KAJY68012-E" },
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
    "tokyo agents/secrets/change app01 +a",
    "tokyo agents/secrets/change web01 -a",
  ]);
  expect((await rig.plan()).changes).toEqual([]);
});

test("the secrets below a lower manager stay where the one in its place cannot be added", async () => {
  const declared = (host: string) => ({
    lowerManagers: [{ ...nagoya, host }],
    agents: [{ host: "app01", managerHost: host, secrets }],
  });
  const rig = await tokyoRig(declared("immhost-nagoya"), { nagoya: { initialSecret: "some-value" } });
  rig.env.V = "some-value";
  await rig.apply();
  rig.takeWrites();
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
