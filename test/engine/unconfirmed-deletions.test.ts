/** A deletion counts once the manager's list shows it: before that, what it was about stays ours. */
import { exitCodeOfOutcome } from "../../src/cli/exit-code-of";
import type { Rig } from "../rig/rig";
import { type DesiredTokyo, tokyoRig, tokyoYaml } from "../rig/tokyo";

const policy = { maxDeletes: "100%", maxRotations: "100%" };
const web = { id: "web", deliverTo: { file: "out/web" } };
const lower = { host: "immhost-osaka", initialSecret: { env: "OSAKA" } };
const web01 = { host: "web01", secrets: { a: { env: "V" } } };

interface Case {
  readonly full: DesiredTokyo;
  readonly deletion: string;
  readonly list: string;
  readonly address: string;
}

/** The plan reads each list once. */
const cases: Readonly<Record<string, Case>> = {
  "a client": {
    full: { clients: [web] },
    deletion: "secret/client/deleteInfo",
    list: "secret/client/list",
    address: "tokyo/client/web",
  },
  "a lower manager": {
    full: { lowerManagers: [lower] },
    deletion: "subManagers/deleteInfo",
    list: "subManagers",
    address: "tokyo/lower-manager/immhost-osaka",
  },
  "an agent's secret": {
    full: { agents: [web01] },
    deletion: "agents/secrets/change",
    list: "agents/secrets",
    address: "tokyo/agent/immhost01/web01/secret/a",
  },
};

test.each(Object.entries(cases))(
  "%s that was answered as deleted stays ours while no list shows that it is gone",
  async (_name, { full, deletion, list, address }) => {
    const rig = await tokyoRig({ ...full, policy }, { osaka: { initialSecret: "osaka-initial" } });
    Object.assign(rig.env, { V: "some-value", OSAKA: "osaka-initial" });
    await rig.apply();
    await rig.write("jp1im.yaml", tokyoYaml({ policy }));
    withoutEffect(rig, deletion);
    rig.simulation.faults.add({ path: list, skip: 1, effect: { type: "status", status: 400 } });
    const outcome = await rig.apply();
    expect(outcome.changes).toMatchObject([{ address, status: "failed" }]);
    expect(exitCodeOfOutcome(outcome)).toBe(3);
    rig.simulation.faults.clear();
    expect((await rig.plan()).changes).toMatchObject([{ address, action: "delete" }]);
    await rig.apply();
    expect((await rig.plan()).changes).toEqual([]);
  },
);

test.each(Object.entries(cases))(
  "%s whose deletion has no answer is not deleted again while no list shows that it is left",
  async (_name, { full, deletion, list, address }) => {
    const rig = await tokyoRig({ ...full, policy }, { osaka: { initialSecret: "osaka-initial" } });
    Object.assign(rig.env, { V: "some-value", OSAKA: "osaka-initial" });
    await rig.apply();
    await rig.write("jp1im.yaml", tokyoYaml({ policy }));
    rig.takeWrites();
    rig.simulation.faults.add({ path: deletion, times: 1, effect: { type: "drop", when: "before" } });
    rig.simulation.faults.add({ path: list, skip: 1, effect: { type: "status", status: 400 } });
    const outcome = await rig.apply();
    expect(outcome.changes).toMatchObject([{ address, status: "failed" }]);
    expect(rig.takeWrites()).toEqual([expect.stringMatching(/ -> dropped$/)]);
    rig.simulation.faults.clear();
    await rig.apply();
    expect((await rig.plan()).changes).toEqual([]);
  },
);

test("a client whose deletion before its rotation had no effect is rotated by the next run", async () => {
  const rig = await tokyoRig({ clients: [web], policy });
  await rig.apply();
  await rig.write("jp1im.yaml", tokyoYaml({ clients: [{ ...web, generation: 2 }], policy }));
  withoutEffect(rig, "secret/client/deleteInfo");
  rig.simulation.faults.add({ path: "secret/client/list", skip: 1, effect: { type: "status", status: 400 } });
  const outcome = await rig.apply();
  expect(outcome.diagnostics.map(({ summary }) => summary)).toEqual([
    "tokyo/client/web is still registered, although the manager answered that it was deleted",
  ]);
  rig.simulation.faults.clear();
  expect((await rig.apply()).summary).toMatchObject({ applied: 1, failed: 0 });
  expect((await rig.plan()).changes).toEqual([]);
});

test("a rotation goes on where the deletion was carried out and only its list failed", async () => {
  const rig = await tokyoRig({ clients: [web], policy });
  await rig.apply();
  await rig.write("jp1im.yaml", tokyoYaml({ clients: [{ ...web, generation: 2 }], policy }));
  rig.simulation.faults.add({ path: "secret/client/list", skip: 1, effect: { type: "status", status: 400 } });
  expect((await rig.apply()).summary).toMatchObject({ applied: 1, failed: 0 });
  rig.simulation.faults.clear();
  expect((await rig.plan()).changes).toEqual([]);
});

function withoutEffect(rig: Rig, path: string): void {
  rig.simulation.faults.add({
    path,
    effect: { type: "raw", status: 200, contentType: "application/json", body: "{}" },
  });
}

test("a deletion that is refused is sent once: only one that is too large is halved", async () => {
  const rig = await tokyoRig({ clients: [web, { id: "app", deliverTo: { file: "out/app" } }], policy });
  await rig.apply();
  await rig.write("jp1im.yaml", tokyoYaml({ policy }));
  rig.takeWrites();
  rig.simulation.faults.add({ path: "secret/client/deleteInfo", effect: { type: "status", status: 403 } });
  expect((await rig.apply()).summary).toMatchObject({ applied: 0, failed: 2 });
  expect(rig.takeWrites()).toEqual(["tokyo secret/client/deleteInfo app web -> 403"]);
});
