import type { Rig } from "../rig/rig";
import { tokyoRig } from "../rig/tokyo";

/** The first issue of a client has no answer, and is carried out right before the second one. */
function carryOutLate(rig: Rig, id: string): void {
  rig.simulation.faults.add({
    ...{ path: "secret/client/generateInfo", times: 1 },
    effect: { type: "drop", when: "before" },
  });
  const platform = rig.platform();
  let issues = 0;
  rig.platform = () => ({
    ...platform,
    transport: (manager) => {
      const inner = platform.transport?.(manager);
      if (inner === undefined) throw new Error("the network is simulated");
      const send: typeof inner.send = (request) => {
        if (request.path.endsWith("client/generateInfo") && ++issues === 2)
          rig.simulation.edit({ manager: "tokyo", type: "create-client", id });
        return inner.send(request);
      };
      return { ...inner, send };
    },
  });
}

test("a client that our own lost request issued late stays ours, and the next run issues it again", async () => {
  const rig = await tokyoRig({ clients: [{ id: "app", deliverTo: { file: "out/app" } }] });
  const before = rig.platform;
  carryOutLate(rig, "app");
  expect((await rig.apply()).summary).toMatchObject({ applied: 0, failed: 1 });
  rig.platform = before;
  expect((await rig.apply()).summary).toMatchObject({ applied: 1, failed: 0 });
  expect(rig.read("out/app")).toBe(rig.simulation.truth().managers.tokyo?.clients?.app);
  expect((await rig.plan()).changes).toEqual([]);
});
