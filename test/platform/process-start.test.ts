import { spawn } from "node:child_process";
import { platform } from "node:os";
import { processStart } from "../../src/platform/process-start";

const onLinux = platform() === "linux" ? test : test.skip;

onLinux("a process has one start, another process has another", () => {
  const own = processStart(process.pid);
  expect(own).toMatch(/^[0-9a-f-]{36}\/\d+$/);
  expect(processStart(process.pid)).toBe(own);
  const child = spawn("sleep", ["60"]);
  try {
    expect(processStart(child.pid ?? 0)).toMatch(/\/\d+$/);
    expect(processStart(child.pid ?? 0)).not.toBe(own);
  } finally {
    child.kill();
  }
});

test("a process that is not there has none", () => {
  expect(processStart(2 ** 30)).toBeUndefined();
});
