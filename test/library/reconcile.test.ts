import { readDesired } from "../../src/library/inputs/inputs";
import { reconcile } from "../../src/library/reconcile";
import { placeAt } from "../../src/library/state/state-place";
import type { Rig } from "../rig/rig";
import { HOME } from "../rig/rig";
import { refusalOf } from "../rig/tokyo";
import { bothRig, bothYaml } from "../watch/watched";

const files = ["jp1im.yaml"];

/** Reconciles one manager; resolves to the managers of which anything was read or listed in the state. */
async function readBy(rig: Rig, manager: string, writes: boolean): Promise<readonly string[]> {
  const platform = rig.platform();
  const place = placeAt(`${HOME}/.jp1im`, platform);
  const { storage } = place;
  const seen = new Set<string>();
  const read = storage.read.bind(storage);
  const kept = storage.kept.bind(storage);
  Object.assign(storage, {
    read: (name: string) => {
      seen.add(name);
      return read(name);
    },
    kept: (name: string) => {
      seen.add(name);
      return kept(name);
    },
  });
  const desired = await readDesired({ files }, platform);
  await reconcile({ files, manager, writes, place }, desired, platform);
  return [...seen].sort();
}

test("a run on one manager reads that manager's part of the state alone", async () => {
  const rig = await bothRig();
  await rig.apply();
  expect(await readBy(rig, "tokyo", false)).toEqual(["tokyo"]);
  rig.simulation.edit({ manager: "tokyo", type: "delete-client", id: "app" });
  expect(await readBy(rig, "tokyo", true)).toEqual(["tokyo"]);
  expect((await rig.plan()).changes).toEqual([]);
});

test("it reads the part of a manager that issues an initial secret for it as well", async () => {
  const below = { lowerManagers: [{ host: "immhost-osaka", initialSecret: { issueOn: "osaka" } }] };
  const rig = await bothRig({ tokyo: below });
  await rig.apply();
  expect(await readBy(rig, "tokyo", false)).toEqual(["osaka", "tokyo"]);
  expect(await readBy(rig, "osaka", false)).toEqual(["osaka"]);
});

test("where the state has a manager that is not declared, it reads everything: it may be a former name", async () => {
  const rig = await bothRig();
  await rig.apply();
  const { managers, ...rest } = JSON.parse(bothYaml());
  await rig.write(
    "jp1im.yaml",
    JSON.stringify({ ...rest, managers: { edo: managers.tokyo, osaka: managers.osaka } }),
  );
  expect(await refusalOf(readBy(rig, "edo", false))).toMatchObject({
    code: "unknown-manager",
    summary: expect.stringContaining("edo is declared at the same place"),
  });
  // The others are not concerned.
  expect(await readBy(rig, "osaka", false)).toContain("tokyo");
});

test("it takes no lock where nothing is to be written, and applies where something is", async () => {
  const rig = await bothRig();
  const platform = rig.platform();
  const desired = await readDesired({ files }, platform);
  const drift = await reconcile({ files, manager: "tokyo", writes: false }, desired, platform);
  expect([drift.plan.summary.create, drift.outcome]).toEqual([1, undefined]);
  const first = await reconcile({ files, manager: "tokyo", writes: true }, desired, platform);
  expect(first.outcome?.summary).toMatchObject({ applied: 1, failed: 0 });
  const second = await reconcile({ files, manager: "tokyo", writes: true }, desired, platform);
  expect([second.plan.changes, second.outcome]).toEqual([[], undefined]);
});
