import { parse } from "yaml";
import { HOME } from "../rig/rig";
import { type DesiredTokyo, tokyoRig, tokyoYaml } from "../rig/tokyo";

const RECIPIENT = "age1rudvrhps5g2czty8l68w67lhvavtrjrzq7pwzc45ankfl4eqcq4qlunm3p";

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
        "if this secret takes its place, write `deliverTo: { file: { path: out/web.secret, overwrite: true } }`; otherwise deliver to another path",
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

test.each([
  [{ file: "out/web" }, "{ file: { path: out/web, overwrite: true } }"],
  [
    { file: { path: "out/my web", format: "json" } },
    '{ file: { path: "out/my web", format: json, overwrite: true } }',
  ],
  [
    { age: { recipients: [RECIPIENT], file: "out/web" } },
    `{ age: { recipients: ["${RECIPIENT}"], file: out/web, overwrite: true } }`,
  ],
])("what allows the file to be replaced can be pasted: %j", async (deliverTo, replacing) => {
  const client = (sink: object): DesiredTokyo => ({ clients: [{ id: "web", deliverTo: sink }] });
  const rig = await tokyoRig(client(deliverTo));
  await rig.files.makeFolder(`${HOME}/out`);
  for (const name of ["out/web", "out/my web"]) await rig.write(name, "of somebody else");
  const { diagnostics } = await rig.plan();
  expect(diagnostics[0]?.remedy).toContain(`replace it: write \`deliverTo: ${replacing}\``);
  await rig.write("jp1im.yaml", tokyoYaml(client(parse(replacing))));
  await rig.apply();
  expect((await rig.plan()).changes).toEqual([]);
});

test("a file in the place of a sink's folder is named as what is in the way", async () => {
  const rig = await tokyoRig(desired("web"));
  await rig.write("out", "a file");
  const { diagnostics } = await rig.plan();
  expect(diagnostics[0]?.remedy).toBe(
    "move the file: its path needs a folder there, or deliver to another path",
  );
});
