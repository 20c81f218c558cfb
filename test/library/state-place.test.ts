import { HOME, type Rig } from "../rig/rig";
import { tokyoRig } from "../rig/tokyo";

async function setUp(): Promise<Rig> {
  const rig = await tokyoRig({ agents: [{ host: "web01", secrets: { a: { env: "VALUE" } } }] });
  rig.env.VALUE = "some-value";
  return rig;
}

test.each([
  ["a relative path, from the working folder", "states/tokyo", `${HOME}/states/tokyo`],
  ["an absolute path", "/var/states/tokyo", "/var/states/tokyo"],
  ["a file URL", "file:///var/states/to%20kyo", "/var/states/to kyo"],
])("the state is kept where --state says: %s", async (_, state, folder) => {
  const rig = await setUp();
  await rig.apply({ state });
  expect(rig.files.paths()).toContain(`${folder}/state.log`);
  expect((await rig.plan({ state })).changes).toEqual([]);
});

test.each([
  "https://operator:pass-word@gitlab.example/state",
  "file://elsewhere/state",
  "file:///a%2Fb",
  "http://[",
])("a URL that this version keeps no state at is told, and nothing is done: %s", async (state) => {
  const rig = await setUp();
  const failure = rig.apply({ state });
  await expect(failure).rejects.not.toThrow("pass-word");
  await expect(failure).rejects.toMatchObject({
    diagnostics: [{ code: "usage", remedy: expect.stringContaining("file:///PATH") }],
  });
  expect(rig.takeWrites()).toEqual([]);
});
