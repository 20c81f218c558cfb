import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { closeStages, Stage } from "./stage";

afterEach(closeStages);

test("a desired state that comes through a pipe with a name is refused with the way that works", async () => {
  const stage = await Stage.open();
  spawnSync("mkfifo", [stage.path("pipe")]);
  const { code, stderr } = await stage.run("validate -f pipe");
  expect([code, stderr]).toEqual([64, expect.stringMatching(/pipe is a pipe or a device.*\n.*-f -/)]);
});

test("`export --overwrite` replaces regular files alone", async () => {
  const stage = await Stage.open();
  await stage.must("export --manager tokyo --out-dir exported");
  await stage.must("export --manager tokyo --out-dir exported --overwrite");
  const [name = ""] = spawnSync("find", [stage.path("exported"), "-type", "f"], {
    encoding: "utf8",
  }).stdout.split("\n");
  const before = readFileSync(name, "utf8");
  writeFileSync(stage.path("elsewhere"), before);
  spawnSync("rm", [name]);
  symlinkSync(stage.path("elsewhere"), name);
  const linked = await stage.run("export --manager tokyo --out-dir exported --overwrite");
  expect([linked.code, linked.stderr]).toEqual([
    1,
    expect.stringMatching(/no regular file.*\[export-unwritable\]/),
  ]);
  spawnSync("rm", [name]);
  spawnSync("mkfifo", [name]);
  const piped = await stage.run("export --manager tokyo --out-dir exported --overwrite");
  expect([piped.code, piped.stderr]).toEqual([1, expect.stringContaining("[export-unwritable]")]);
});

const WORLD = `apiVersion: jp1im-simulator/v1
managers:
  tokyo: { host: immhost01, users: { jp1admin: { password: jp1-pass } } }
`;

test("the simulator reads no pipe, and replaces no file but a snapshot", async () => {
  const stage = await Stage.open();
  stage.write("own-world.yaml", WORLD);
  spawnSync("mkfifo", [stage.path("pipe")]);
  const world = await stage.run("simulate pipe");
  expect([world.code, world.stderr]).toEqual([64, expect.stringContaining("not a regular file")]);
  for (const persist of ["own-world.yaml", "pipe"]) {
    const { code, stderr } = await stage.run(`simulate own-world.yaml --persist ${persist}`);
    expect([persist, code, stderr]).toEqual([persist, 64, expect.stringContaining("--persist")]);
  }
  expect(stage.read("own-world.yaml")).toBe(WORLD);
});

test("a pipe as a certificate is refused with its reason", async () => {
  const stage = await Stage.open();
  spawnSync("mkfifo", [stage.path("ca.pem")]);
  stage.edit("jp1im.yaml", "host: immhost01", "host: immhost01\n    tls: { ca: ca.pem }");
  const { code, stderr } = await stage.run("plan");
  expect([code, stderr]).toEqual([64, expect.stringMatching(/tls\.ca of tokyo.*ca\.pem: it is a pipe/)]);
});

test("a file far too large for what it should be is not read", async () => {
  const stage = await Stage.open();
  await stage.must("apply --auto-approve");
  truncateSync(stage.path(".jp1im/state.key"), 2 ** 21);
  const key = await stage.run("plan");
  expect([key.code, key.stderr]).toEqual([1, expect.stringMatching(/too large[\s\S]*\[state-key\]/)]);
  stage.write("huge.plan", "");
  truncateSync(stage.path("huge.plan"), 2 ** 29);
  const plan = await stage.run("apply huge.plan --auto-approve");
  expect(plan.stderr).toMatch(/too large[\s\S]*\[plan-unreadable\]/);
  expect(existsSync(stage.path(".jp1im/managers/tokyo/lock"))).toBe(false);
});
