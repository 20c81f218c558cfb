import { SecretValue } from "../../src/model/secret-value";
import { createFingerprints } from "../../src/secrets/fingerprints";
import { openState } from "../../src/state/open-state";
import type { IssuedRecord } from "../../src/state/port";
import { HOME, type Rig } from "../rig/rig";
import { refusalOf, tokyoRig, tokyoYaml } from "../rig/tokyo";
import { run } from "../state/world";

const KEY = Buffer.alloc(32, "a key").toString("base64");
const ADDRESS = "tokyo/client/app";
const app = (file: string | object = "out/app") => ({ id: "app", deliverTo: { file } });
const placeOf = (name: string) => ({ paths: { file: { absolute: `${HOME}/${name}` } } });

async function stateOf(rig: Rig) {
  const { keyId } = createFingerprints(new SecretValue(KEY));
  return openState(run(rig.files, { managers: ["tokyo"], keyId }, `${HOME}/.jp1im`));
}

async function recordOf(rig: Rig): Promise<IssuedRecord | undefined> {
  const state = await stateOf(rig);
  const record = state.record(ADDRESS);
  await state.close();
  return record as IssuedRecord | undefined;
}

/** The secret is delivered to `out/app`, and the state has the fields of an earlier version, which knew spellings alone. */
async function formerly(former: Partial<IssuedRecord>, desired: object = { clients: [app()] }): Promise<Rig> {
  const rig = await tokyoRig({ clients: [app()] });
  rig.env.JP1IM_STATE_KEY = KEY;
  await rig.apply();
  const state = await stateOf(rig);
  const { deliveredTo: _, places: __, issue: ___, ...rest } = state.record(ADDRESS) as IssuedRecord;
  state.put({ ...rest, ...former });
  await state.close();
  await rig.write("jp1im.yaml", tokyoYaml({ policy: { prune: "none" }, ...desired }));
  return rig;
}

describe("a place that an earlier version recorded by its spelling", () => {
  test.each([
    ["in its list of owned files", { places: ["file out/app"] }],
    ["as that of the delivery", { deliveredTo: ["file ./out/app"], places: ["file out/app"] }],
  ])("is resolved by an apply that has nothing to do: %s", async (_, former) => {
    const rig = await formerly(former, { clients: [app(), { id: "x", deliverTo: { file: "out/x" } }] });
    await rig.apply({ targets: ["tokyo/client/x"] });
    expect(await recordOf(rig)).toMatchObject(former);
    expect((await rig.plan()).changes).toEqual([]);
    expect((await rig.apply()).summary).toMatchObject({ requests: 0 });
    const { deliveredTo, places } = (await recordOf(rig)) ?? {};
    expect([deliveredTo, places]).toMatchObject([[placeOf("out/app")], [placeOf("out/app").paths.file]]);
    expect(places).toHaveLength(1);
    const log = rig.read(".jp1im/managers/tokyo/state.log");
    await rig.apply();
    expect(rig.read(".jp1im/managers/tokyo/state.log")).toBe(log);
    expect((await rig.plan()).changes).toEqual([]);
  });

  test("stays as it is where the secret is to be elsewhere, which a person decides", async () => {
    const former = { places: ["file out/app"] };
    const rig = await formerly(former, { clients: [app("out/b")] });
    await rig.apply();
    expect(await recordOf(rig)).toMatchObject(former);
    expect((await rig.plan()).blocked).toMatchObject([{ code: "sink-moved", address: ADDRESS }]);
  });

  test("stays owned beside the one that is resolved, and beside the next one", async () => {
    const rig = await formerly({ deliveredTo: ["file out/app"], places: ["file out/old", "file out/app"] });
    await rig.apply();
    expect((await recordOf(rig))?.places).toMatchObject(["file out/old", placeOf("out/app").paths.file]);
    for (const [generation, name] of [
      [2, "out/new"],
      [3, "out/old"],
      [4, "out/app"],
      [5, "out/new"],
    ] as const) {
      if (generation === 3) await rig.write(name, "of the first generation");
      await rig.write("jp1im.yaml", tokyoYaml({ clients: [{ ...app(name), generation }] }));
      expect((await rig.apply()).summary).toMatchObject({ failed: 0 });
      expect(rig.read(name)).toBe(rig.simulation.truth().managers.tokyo?.clients?.app);
    }
  });

  test("is no longer owned by its former owner once another secret took it", async () => {
    const other = { id: "other", deliverTo: { file: { path: "out/app", overwrite: true } } };
    const rig = await formerly({ places: ["file out/app"] }, { clients: [other] });
    await rig.apply();
    expect((await recordOf(rig))?.places).toBeUndefined();
    await rig.write(
      "jp1im.yaml",
      tokyoYaml({ clients: [{ ...app(), generation: 2 }], policy: { prune: "none" } }),
    );
    expect((await refusalOf(rig.apply())).summary).toContain("it was delivered for tokyo/client/other");
    expect(rig.read("out/app")).toBe(rig.simulation.truth().managers.tokyo?.clients?.other);
  });

  test("before its file was written is not owned: the file may be somebody else's", async () => {
    const rig = await formerly({ status: "issuing", places: ["file out/app"] });
    await rig.write("out/app", "somebody else's");
    expect(await refusalOf(rig.apply())).toMatchObject({ code: "sink-unwritable", address: ADDRESS });
    expect(rig.read("out/app")).toBe("somebody else's");
  });

  test("of a secret that was imported does not make it delivered", async () => {
    const former = { status: "imported", places: ["file out/app"] } as const;
    const rig = await formerly(former);
    await rig.apply();
    expect(await recordOf(rig)).toMatchObject(former);
  });

  test("does not hide that another file of the same secret is owned", async () => {
    const own = { absolute: `${HOME}/out/own` };
    const rig = await formerly(
      { status: "issuing", places: ["file out/app", own] },
      { clients: [app("out/own")] },
    );
    await rig.write("out/own", "of an earlier generation");
    await rig.apply();
    expect(rig.read("out/own")).toBe(rig.simulation.truth().managers.tokyo?.clients?.app);
  });

  test.each(["delivered", "imported"] as const)("after that it is owned: %s", async (status) => {
    const rig = await formerly({ status, places: ["file out/app"] });
    await rig.apply({ rotate: [ADDRESS] });
    expect(rig.read("out/app")).toBe(rig.simulation.truth().managers.tokyo?.clients?.app);
  });
});
