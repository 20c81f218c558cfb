import { spawn } from "node:child_process";
import { once } from "node:events";
import { copyFileSync, mkdtempSync, readFileSync } from "node:fs";
import { platform, tmpdir } from "node:os";
import { join } from "node:path";
import { createPlatform } from "../../src/index";
import { processStart } from "../../src/platform/process-start";

const { isProcessAlive } = createPlatform();
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

onLinux("a program may have any name", () => {
  const program = join(mkdtempSync(join(tmpdir(), "jp1im-start-")), "a) b (c");
  const ticks = (pid: number | undefined) => Number(processStart(pid ?? 0)?.split("/")[1]);
  copyFileSync("/bin/sleep", program);
  const child = spawn(program, ["60"]);
  try {
    expect(ticks(child.pid)).toBeGreaterThan(ticks(process.pid));
  } finally {
    child.kill();
  }
});

test("a process that is not there has none", () => {
  expect(processStart(2 ** 30)).toBeUndefined();
});

test("a process that runs is alive, one that is not there is not", () => {
  expect(isProcessAlive(process.pid)).toBe(true);
  expect(isProcessAlive(2 ** 30)).toBe(false);
});

onLinux("a killed process is not alive, also where its parent never asks how it ended", async () => {
  const parent = spawn("sh", ["-c", "sleep 60 & echo $!; exec sleep 60"]);
  try {
    const [line] = await once(parent.stdout, "data");
    const pid = Number(String(line));
    // The shell would ask; what it becomes does not.
    const parentName = () => readFileSync(`/proc/${parent.pid}/comm`, "utf8").trim();
    while (parentName() !== "sleep") await new Promise((resolve) => setTimeout(resolve, 10));
    expect(isProcessAlive(pid)).toBe(true);
    process.kill(pid, "SIGKILL");
    while (isProcessAlive(pid)) await new Promise((resolve) => setTimeout(resolve, 10));
    // It still has a number.
    expect(process.kill(pid, 0)).toBe(true);
  } finally {
    parent.kill("SIGKILL");
  }
});
