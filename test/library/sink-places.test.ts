import { exitCodeOfPlan } from "../../src/cli/exit-code-of";
import { apply, plan } from "../../src/index";
import { ExitCode } from "../../src/model/exit-code";
import { HOME, type Rig } from "../rig/rig";
import { tokyoRig, tokyoYaml } from "../rig/tokyo";

const desired = { clients: [{ id: "app", deliverTo: { file: "out/app" } }] };

async function setUp(): Promise<Rig> {
  const rig = await tokyoRig(desired);
  rig.env.JP1IM_STATE_KEY = Buffer.alloc(32, "a key").toString("base64");
  return rig;
}

const validOf = (rig: Rig) => rig.simulation.truth().managers.tokyo?.clients?.app;

test("a file that somebody makes after the proof stays as it is, and the secret is kept", async () => {
  const rig = await setUp();
  rig.files.onCall = ({ name, path }) => {
    // At the last call before the file would get its name.
    if (name === "link" && path === `${HOME}/out/app`) rig.files.place(path, "somebody's own");
    return undefined;
  };
  const outcome = await rig.apply();
  rig.files.onCall = () => undefined;
  expect(outcome.summary).toMatchObject({ applied: 0, failed: 1 });
  expect(outcome.diagnostics.map(({ summary }) => summary).join()).toContain("is there already");
  expect(rig.read("out/app")).toBe("somebody's own");
  // It does not become ours by the second try.
  await expect(rig.apply()).rejects.toMatchObject({ diagnostics: [{ code: "sink-unwritable" }] });
  expect(rig.read("out/app")).toBe("somebody's own");
  await rig.remove("out/app");
  expect((await rig.apply()).summary).toMatchObject({ applied: 1, requests: 0 });
  expect(rig.read("out/app")).toBe(validOf(rig));
});

test("a file that a run wrote which died before it could record that is recognised as ours", async () => {
  const rig = await setUp();
  let written = false;
  rig.files.onCall = ({ name, path }) => {
    const isLater = written && name === "write" && path.endsWith("state.log");
    written ||= name === "link" && path.endsWith("out/app");
    return isLater ? "EIO" : undefined;
  };
  await rig.apply();
  rig.files.onCall = () => undefined;
  expect(rig.read("out/app")).toBe(validOf(rig));
  expect((await rig.apply()).summary).toMatchObject({ failed: 0 });
  expect(rig.read("out/app")).toBe(validOf(rig));
  expect((await rig.plan()).changes).toEqual([]);
});

test("a file system without hard links takes the secret all the same", async () => {
  const rig = await setUp();
  rig.files.onCall = ({ name, path }) => (name === "link" && path.includes("/out/") ? "EPERM" : undefined);
  await rig.apply();
  expect(rig.read("out/app")).toBe(validOf(rig));
  expect(rig.files.paths().filter((path) => path.includes("/out/"))).toEqual([`${HOME}/out/app`]);
});

describe("a sink", () => {
  test("is the same from another working folder, which the output shows it from", async () => {
    const rig = await setUp();
    await rig.apply();
    const platform = { ...rig.platform(), cwd: `${HOME}/out` };
    const elsewhere = await plan({ files: ["../jp1im.yaml"] }, platform);
    expect([elsewhere.blocked, elsewhere.changes]).toEqual([[], []]);
    const rotated = await apply({ files: [`${HOME}/jp1im.yaml`], rotate: ["tokyo/client/app"] }, platform);
    expect(rotated?.changes[0]?.delivered_to).toBe("file app");
  });

  test("is the same in a checkout at another path, whose state came along", async () => {
    const rig = await setUp();
    await rig.apply();
    await rig.files.makeFolder("/runner");
    for (const path of rig.files.paths().filter((each) => each.startsWith(HOME)))
      rig.files.place(path.replace(HOME, "/runner"), rig.files.peek(path) ?? "");
    const moved = await plan({ files: ["jp1im.yaml"] }, { ...rig.platform(), cwd: "/runner" });
    expect([moved.blocked, moved.changes]).toEqual([[], []]);
  });

  test("is another one where the same spelling leads elsewhere", async () => {
    const rig = await setUp();
    await rig.apply();
    await rig.files.makeFolder(`${HOME}/sub`);
    await rig.write("sub/jp1im.yaml", tokyoYaml(desired));
    const moved = await plan({ files: ["sub/jp1im.yaml"], state: ".jp1im" }, rig.platform());
    expect(moved.blocked.map(({ code }) => code)).toEqual(["sink-moved"]);
    expect(moved.blocked[0]?.detail).toContain("sub/out/app");
    expect(exitCodeOfPlan(moved, false)).toBe(ExitCode.partial);
  });
});
