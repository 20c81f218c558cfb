import { spawnSync } from "node:child_process";
import { closeStages, DESIRED, Stage } from "./stage";

afterEach(closeStages);

test("`plan --out` replaces an earlier plan or an empty file, and nothing else", async () => {
  const stage = await Stage.open();
  await stage.must("apply --auto-approve");
  stage.write("empty", "");
  for (const name of ["new.plan", "new.plan", "empty"]) await stage.must(`plan --out ${name}`);
  const log = stage.read(".jp1im/managers/tokyo/state.log");
  spawnSync("mkfifo", [stage.path("pipe")]);
  for (const name of ["jp1im.yaml", ".jp1im/managers/tokyo/state.log", "pipe", "/dev/null", "out"]) {
    const ended = await stage.run(`plan --out ${name}`);
    expect([name, ended.code]).toEqual([name, 1]);
    expect(ended.stderr).toContain("[plan-unwritable]");
  }
  expect(stage.read(".jp1im/managers/tokyo/state.log")).toBe(log);
  expect(stage.read("jp1im.yaml")).toContain("apiVersion: jp1im/v1");
  expect(spawnSync("test", ["-c", "/dev/null"]).status).toBe(0);
});

test("a pipe or a device in the place of a plan is an error, and no run hangs", async () => {
  const stage = await Stage.open(undefined, DESIRED);
  spawnSync("mkfifo", [stage.path("pipe")]);
  for (const name of ["pipe", "/dev/zero"]) {
    const ended = await stage.run(`apply ${name} --auto-approve`);
    expect(ended.code).not.toBe(0);
    expect(ended.stderr).toContain("not a regular file");
  }
});
