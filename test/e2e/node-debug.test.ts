import { spawnSync } from "node:child_process";
import { BIN } from "./child";

test.each([
  ["NODE_DEBUG", "child_process,stream"],
  ["NODE_DEBUG_NATIVE", "http"],
])("a run with %s is refused, for Node would print secrets", (name, value) => {
  const env = { PATH: process.env.PATH, [name]: value };
  const { status, stdout, stderr } = spawnSync(process.execPath, [BIN, "validate"], {
    env,
    encoding: "utf8",
  });
  expect([status, stdout]).toEqual([64, ""]);
  expect(stderr).toContain(`${name} is set, which makes Node print secrets on standard error`);
  expect(stderr).toContain(`unset ${name}`);
});
