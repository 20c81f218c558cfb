/** Agents that a manager does not know: what is done about them depends on what else may explain that. */
import { importResources } from "../../src/index";
import type { PlanOptions } from "../../src/library/plan";
import type { Edit } from "../../src/simulator/edit";
import { openState } from "../../src/state/open-state";
import { HOME, type Rig } from "../rig/rig";
import { refusalsOf, tokyoRig, tokyoYaml } from "../rig/tokyo";
import { run } from "../state/world";

const secrets = { a: { env: "V" } };
const nagoya = { host: "immhost-nagoya", initialSecret: { env: "V" } };
const below = { host: "app01", managerHost: "immhost-nagoya", secrets };
const web01: Edit = { manager: "tokyo", type: "remove-agent", host: "web01" };
const app01: Edit = { manager: "nagoya", type: "remove-agent", host: "app01" };

/** Both agents were written, and are no longer declared. */
async function undeclared(): Promise<Rig> {
  const rig = await tokyoRig(
    { lowerManagers: [nagoya], agents: [{ host: "web01", secrets }, below] },
    { nagoya: { initialSecret: "some-value" } },
  );
  rig.env.V = "some-value";
  rig.env.JP1IM_STATE_KEY = Buffer.alloc(32).toString("base64");
  await rig.apply();
  await rig.write("jp1im.yaml", tokyoYaml({ lowerManagers: [nagoya] }));
  return rig;
}

async function planned(rig: Rig, options: Partial<PlanOptions> = {}): Promise<string[]> {
  const { changes, unknown } = await rig.plan(options);
  const lines = changes.map(({ action, address }) => `${action} ${address.split("/")[3]}`);
  return [...lines, ...unknown.map(({ address }) => `unknown ${address.split("/")[3]}`)].sort();
}

test.each([
  [web01, ["delete app01", "forget web01"]],
  [app01, ["delete web01", "forget app01"]],
])("an agent that is neither declared nor in a complete list: %j", async (edit, expected) => {
  const rig = await undeclared();
  rig.simulation.edit(edit);
  expect(await planned(rig)).toEqual(expected);
});

test("an agent is not forgotten while the agents cannot be listed", async () => {
  const rig = await undeclared();
  rig.simulation.edit(web01);
  rig.simulation.faults.add({ path: "agents", effect: { type: "status", status: 403 } });
  expect(await planned(rig)).toEqual(["delete app01", "unknown web01"]);
});

test("an agent is not forgotten while the lower managers cannot be listed", async () => {
  const rig = await undeclared();
  rig.simulation.edit(app01);
  rig.simulation.faults.add({ path: "subManagers", effect: { type: "status", status: 403 } });
  expect(await planned(rig)).toEqual(["delete web01", "unknown app01", "unknown undefined"]);
});

test("an agent is not forgotten while its lower manager is missing, which a target leaves out", async () => {
  const rig = await undeclared();
  rig.simulation.edit({ manager: "osaka", type: "set-initial-secret", secret: "some-value" });
  const osaka = { ...nagoya, host: "immhost-osaka" };
  await rig.write("jp1im.yaml", tokyoYaml({ lowerManagers: [nagoya, osaka] }));
  await rig.apply({ targets: ["tokyo/lower-manager"] });
  rig.simulation.world.manager("tokyo").lowerManagers.delete("immhost-nagoya");
  expect(await planned(rig, { targets: ["tokyo/agent"] })).toEqual(["delete web01", "unknown app01"]);
});

test.each([web01, app01])(
  "an agent is awaited while a rebuild of its manager is unfinished: %j",
  async (edit) => {
    const rig = await undeclared();
    const state = await openState(
      run(rig.files, { managers: ["tokyo"], keyId: undefined }, `${HOME}/.jp1im`),
    );
    state.put({
      kind: "rebuild",
      address: "tokyo/rebuild",
      manager: "tokyo",
      replaces: "old",
      host: "immhost01",
      since: "2026-01-01T00:00:00Z",
    });
    await state.close();
    rig.simulation.edit(edit);
    expect(await planned(rig)).toContain(`unknown ${edit.type === "remove-agent" && edit.host}`);
  },
);

test("a value that is missing for an agent below a lower manager that is to be added is an error", async () => {
  const desired = (keys: object) => ({ lowerManagers: [nagoya], agents: [{ ...below, secrets: keys }] });
  const rig = await tokyoRig(desired(secrets), { nagoya: { initialSecret: "some-value" } });
  rig.env.V = "some-value";
  await rig.apply();
  const secret = { host: "app01", key: "imported", secret: "by somebody" };
  rig.simulation.edit({ manager: "nagoya", type: "set-agent-secret", ...secret });
  const imported = { ...secrets, imported: { env: "UNSET" } };
  await rig.write("jp1im.yaml", tokyoYaml(desired(imported)));
  const addresses = [`tokyo/agent/immhost-nagoya/app01/secret/imported`];
  await importResources({ files: ["jp1im.yaml"], addresses }, rig.platform());
  rig.simulation.world.manager("tokyo").lowerManagers.delete("immhost-nagoya");
  expect((await rig.plan()).diagnostics).toEqual([]);
  const app02 = { ...below, host: "app02", secrets: { imported: imported.imported } };
  const { agents } = desired(imported);
  await rig.write("jp1im.yaml", tokyoYaml({ lowerManagers: [nagoya], agents: [...agents, app02] }));
  expect(await refusalsOf(rig.plan())).toMatchObject([
    { severity: "error", address: "tokyo/agent/immhost-nagoya/app02/secret/imported" },
  ]);
});
