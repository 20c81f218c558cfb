import { chmodSync, existsSync, mkdirSync } from "node:fs";
import { closeStages, Stage } from "./stage";

afterEach(closeStages);

test.each([
  ["the group", 0o770],
  ["everybody", 0o707],
])("no command uses a state folder that %s may write to, and one chmod puts it right", async (_who, mode) => {
  const stage = await Stage.open();
  expect(await stage.run("apply --auto-approve")).toMatchObject({ code: 0 });
  const folder = stage.path(".jp1im");
  chmodSync(folder, mode);
  for (const command of [
    "plan",
    "plan --no-secrets",
    "apply --auto-approve",
    "import --all",
    "state list",
    "state show tokyo/client/fluentd-web",
    "state mv tokyo osaka",
    "state rm tokyo/client/fluentd-web",
    "state unlock abc",
    "state rekey",
  ]) {
    const { code, stderr } = await stage.run(command);
    expect([command, code, stderr]).toEqual([command, 1, expect.stringContaining("[state-shared]")]);
    expect(stderr).toContain(`chmod go-w ${folder}`);
  }
  chmodSync(folder, 0o700);
  expect(await stage.run("plan --detailed-exitcode")).toMatchObject({ code: 0 });
});

test("no key is made in a folder that others may write to, whatever the folder above it allows", async () => {
  const stage = await Stage.open();
  const folder = stage.path("shared/.jp1im");
  mkdirSync(folder, { recursive: true });
  chmodSync(stage.path("shared"), 0o777);
  chmodSync(folder, 0o775);
  const apply = `apply --auto-approve --state ${folder}`;
  expect(await stage.run(apply)).toMatchObject({
    code: 1,
    stderr: expect.stringContaining("[state-shared]"),
  });
  expect(existsSync(`${folder}/state.key`)).toBe(false);
  chmodSync(folder, 0o755);
  expect(await stage.run(apply)).toMatchObject({ code: 0 });
});
