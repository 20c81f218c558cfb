import { HOME } from "../rig/rig";
import { type DesiredTokyo, tokyoRig, tokyoYaml } from "../rig/tokyo";

const desired = (id: string, more: object = {}): DesiredTokyo => ({
  clients: [{ id, deliverTo: { file: { path: "out/web.secret", ...more } } }],
});

test("a renamed client that keeps its file hears of which client the file is, and of the way on", async () => {
  const rig = await tokyoRig(desired("web"));
  await rig.apply();
  await rig.write("jp1im.yaml", tokyoYaml(desired("web2")));
  const { diagnostics } = await rig.plan();
  expect(diagnostics).toMatchObject([
    {
      code: "sink-unwritable",
      address: "tokyo/client/web2",
      summary: `the file ${HOME}/out/web.secret is there already: it was delivered for tokyo/client/web`,
      remedy:
        "if this secret takes its place, say `overwrite: true` beside `path`; otherwise deliver to another path",
    },
  ]);

  await rig.write("jp1im.yaml", tokyoYaml(desired("web2", { overwrite: true })));
  await rig.apply();
  expect(rig.read("out/web.secret")).toBe(rig.simulation.truth().managers.tokyo?.clients?.web2);
  expect((await rig.plan()).changes).toEqual([]);
});

test("so does the client that comes after one that was deleted", async () => {
  const rig = await tokyoRig(desired("web"));
  await rig.apply();
  await rig.write("jp1im.yaml", tokyoYaml({}));
  await rig.apply();
  await rig.write("jp1im.yaml", tokyoYaml(desired("web2")));
  expect((await rig.plan()).diagnostics[0]?.summary).toContain("it was delivered for tokyo/client/web");
});
