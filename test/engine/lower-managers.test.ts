import { listState } from "../../src/index";
import { Rig } from "../rig/rig";
import { tokyoWorld, tokyoYaml } from "../rig/tokyo";

const worldWith = (host: string) =>
  tokyoWorld({
    tokyo: { lowerManagers: [host], subordinates: [host] },
    nagoya: { initialSecret: "nagoya-1" },
  });

test("a lower manager that the manager lists in another spelling by now is deleted once, and then no longer ours", async () => {
  const before = await Rig.create(worldWith("immhost-nagoya"));
  before.env.LOWER = "nagoya-1";
  const lowerManagers = [{ host: "immhost-nagoya", initialSecret: { env: "LOWER" } }];
  await before.write("jp1im.yaml", tokyoYaml({ lowerManagers }));
  await before.apply({ newState: true });
  expect((await before.plan()).changes).toEqual([]);
  const rig = await Rig.create(worldWith("IMMHOST-NAGOYA"));
  rig.files = before.files;
  await rig.write("jp1im.yaml", tokyoYaml({}));
  await rig.apply();
  expect(rig.takeWrites()).toEqual(["tokyo subManagers/deleteInfo IMMHOST-NAGOYA"]);
  expect((await rig.plan()).changes).toEqual([]);
});

test("a lower manager that somebody else deleted, and that nothing declares any more, is forgotten once", async () => {
  const before = await Rig.create(worldWith("immhost-nagoya"));
  before.env.LOWER = "nagoya-1";
  const lowerManagers = [{ host: "immhost-nagoya", initialSecret: { env: "LOWER" } }];
  await before.write("jp1im.yaml", tokyoYaml({ lowerManagers }));
  await before.apply({ newState: true });
  const rig = await Rig.create(tokyoWorld({}));
  rig.files = before.files;
  await rig.write("jp1im.yaml", tokyoYaml({}));
  const { plan } = await rig.apply();
  expect(plan.changes).toMatchObject([
    { address: "tokyo/lower-manager/immhost-nagoya", action: "forget", reason: "gone" },
  ]);
  expect(rig.takeWrites()).toEqual([]);
  expect((await rig.plan()).changes).toEqual([]);
});

test("a lower manager that is updated under another spelling has one record", async () => {
  const before = await Rig.create(worldWith("immhost-nagoya"));
  before.env.LOWER = "nagoya-1";
  const lowerManagers = [{ host: "immhost-nagoya", initialSecret: { env: "LOWER" } }];
  await before.write("jp1im.yaml", tokyoYaml({ lowerManagers }));
  await before.apply({ newState: true });
  const host = "IMMHOST-NAGOYA";
  const rig = await Rig.create(
    tokyoWorld({
      tokyo: { lowerManagers: [host], subordinates: [host] },
      nagoya: { host, initialSecret: "nagoya-2" },
    }),
  );
  rig.files = before.files;
  rig.env.LOWER = "nagoya-2";
  await rig.apply();
  expect(rig.takeWrites()).toEqual(["tokyo subManagers/createInfo IMMHOST-NAGOYA"]);
  const { records } = await listState({ files: ["jp1im.yaml"] }, rig.platform());
  expect(records.map(({ address }) => address)).toEqual(["tokyo", "tokyo/lower-manager/IMMHOST-NAGOYA"]);
});

test("a lower manager whose update is refused is in sync again with the value of before", async () => {
  const rig = await Rig.create(worldWith("immhost-nagoya"));
  rig.env.LOWER = "nagoya-1";
  const lowerManagers = [{ host: "immhost-nagoya", initialSecret: { env: "LOWER" } }];
  await rig.write("jp1im.yaml", tokyoYaml({ lowerManagers }));
  await rig.apply({ newState: true });
  rig.env.LOWER = "another";
  const effect = { type: "status", status: 403 } as const;
  rig.simulation.faults.add({ path: "subManagers/createInfo", times: 1, effect });
  expect((await rig.apply()).summary).toMatchObject({ applied: 0, failed: 1 });
  rig.env.LOWER = "nagoya-1";
  expect(await rig.plan()).toMatchObject({ changes: [], summary: { unchanged: 1 } });
});

test("a lower manager of others is not ours after an update that failed", async () => {
  const rig = await Rig.create(worldWith("immhost-nagoya"));
  rig.env.LOWER = "not-the-present-one";
  const lowerManagers = [{ host: "immhost-nagoya", initialSecret: { env: "LOWER" } }];
  await rig.write("jp1im.yaml", tokyoYaml({ lowerManagers }));
  expect((await rig.apply({ newState: true })).summary).toMatchObject({ applied: 0, failed: 1 });
  await rig.write("jp1im.yaml", tokyoYaml({}));
  expect((await rig.plan()).changes).toEqual([]);
});

test.each(["immhost-nagoya", "IMMHOST-NAGOYA"])(
  "a target names a lower manager in the spelling of the manager or of the desired state: %s",
  async (target) => {
    const rig = await Rig.create(worldWith("immhost-nagoya"));
    rig.env.LOWER = "nagoya-1";
    const lowerManagers = [{ host: "IMMHOST-NAGOYA", initialSecret: { env: "LOWER" } }];
    await rig.write("jp1im.yaml", tokyoYaml({ lowerManagers }));
    await rig.apply({ newState: true });
    rig.env.LOWER = "nagoya-2";
    const { changes } = await rig.plan({ targets: [`tokyo/lower-manager/${target}`] });
    expect(changes).toMatchObject([{ kind: "lower-manager", action: "update", reason: "changed" }]);
  },
);
