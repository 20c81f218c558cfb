import { spawnSync } from "node:child_process";
import { join } from "node:path";

const BUILT = join(__dirname, "..", "..", "dist", "library", "platform.js");

test("however many requests wait at once, nobody is warned of a leak", () => {
  // In a process of its own: jest's sandbox sees no warnings.
  const script = `
    const { signal } = require(${JSON.stringify(BUILT)}).createPlatform();
    for (let count = 0; count < 100; count += 1) signal.addEventListener("abort", () => {});`;
  const { status, stderr } = spawnSync(process.execPath, ["-e", script], { encoding: "utf8" });
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
});
