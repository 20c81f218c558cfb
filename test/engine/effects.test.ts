import { outcomeText } from "../../src/report/outcome-text";
import { HOME, type Rig } from "../rig/rig";
import { tokyoRig, tokyoYaml } from "../rig/tokyo";

const desired = (generation: number) => ({
  clients: [{ id: "web", generation, deliverTo: [{ file: "out/a.secret" }, { file: "out/b.secret" }] }],
});

/** A client that is delivered, and is to be issued again. */
async function setUp(): Promise<Rig> {
  const rig = await tokyoRig(desired(1));
  await rig.apply();
  await rig.write("jp1im.yaml", tokyoYaml(desired(2)));
  return rig;
}

test("a rotation that fails halfway lists all that came of it", async () => {
  const rig = await setUp();
  rig.files.onCall = ({ name, path }) =>
    ["rename", "link"].includes(name) && path === `${HOME}/out/b.secret` ? "ENOSPC" : undefined;
  const outcome = await rig.apply();
  expect(outcome.changes).toEqual([
    {
      ...{ address: "tokyo/client/web", action: "replace", status: "failed" },
      effects: [
        { effect: "deleted" },
        { effect: "issued" },
        { effect: "delivered", at: "file out/a.secret" },
        { effect: "not-delivered", at: "file out/b.secret" },
        { effect: "kept", at: expect.stringContaining("/.jp1im/managers/tokyo/recovery/") },
      ],
    },
  ]);
  const text = outcomeText(outcome);
  expect(text).toMatch(
    / it was delivered to file out\/a\.secret\n +it was not delivered to file out\/b\.secret\n/,
  );
  expect(text).toContain(
    "Partly applied: no change was completed; 1 failed, 1 of them halfway. 2 requests sent.",
  );
});

test("a secret that is in its file is not called undelivered where only the folder could not be flushed", async () => {
  const rig = await setUp();
  let isIssued = false;
  rig.files.onCall = ({ name, path }) => {
    if (["rename", "link"].includes(name) && path === `${HOME}/out/b.secret`) isIssued = true;
    return isIssued && name === "syncFolder" && path === `${HOME}/out` ? "EIO" : undefined;
  };
  const { changes } = await rig.apply();
  expect(changes[0]?.effects).toContainEqual({ effect: "unconfirmed", at: "file out/b.secret" });
  rig.files.onCall = () => undefined;
  expect((await rig.apply()).changes).toMatchObject([
    {
      ...{ action: "update", status: "applied" },
      effects: [
        { effect: "delivered", at: "file out/a.secret" },
        { effect: "delivered", at: "file out/b.secret" },
      ],
    },
  ]);
});

test("a change whose request was lost says that nothing is known of it", async () => {
  const rig = await setUp();
  rig.simulation.faults.add({ path: "secret/client/generateInfo", effect: { type: "drop", when: "after" } });
  rig.simulation.faults.add({ path: "secret/client/list", effect: { type: "status", status: 403 }, skip: 1 });
  const { changes } = await rig.apply();
  expect(changes).toMatchObject([{ status: "failed" }]);
  expect(changes[0]?.effects?.map(({ effect }) => effect)).toContain("deleted");
});
