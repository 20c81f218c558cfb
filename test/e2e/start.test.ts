/** How the built command line starts: what the build compiled, and what it does without that. */
import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { BIN } from "./child";

const ROOT = join(__dirname, "../..");
const DESIRED = join(ROOT, "examples/first-steps/jp1im.yaml");
const folder = mkdtempSync(join(tmpdir(), "jp1im-start-"));

test("V8 takes what the build compiled", () => {
  const hook = preload(`const vm = require("node:vm");
    vm.Script = class extends vm.Script {
      constructor(...given) {
        super(...given);
        process.stderr.write("rejected: " + this.cachedDataRejected);
      }
    };`);
  const { status, stderr } = validate(BIN, ["--require", hook]);
  expect([status, stderr]).toEqual([0, "rejected: false"]);
});

test.each([
  ["is missing", (cache: string) => rmSync(cache)],
  ["is cut short", (cache: string) => truncateSync(cache, 1000)],
  ["is of something else", (cache: string) => writeFileSync(cache, "x".repeat(5000))],
])("the command line works where what was compiled %s", (title, damage) => {
  const copy = join(folder, title);
  cpSync(join(ROOT, "dist/cli"), join(copy, "dist/cli"), { recursive: true });
  cpSync(join(ROOT, "schemas"), join(copy, "schemas"), { recursive: true });
  damage(join(copy, "dist/cli/jp1im.js.cache"));
  const { status, stdout, stderr } = validate(join(copy, "dist/cli/bin.js"));
  expect([status, stderr]).toEqual([0, ""]);
  expect(stdout).toContain("Valid: ");
});

test("with --debug the stack of a bug names the lines of the sources", () => {
  const hook = preload(
    `require("node:crypto").createHash = () => { throw new TypeError("made by the test"); };`,
  );
  const { status, stderr } = validate(BIN, ["--require", hook], ["--debug"]);
  expect(status).toBe(1);
  expect(stderr).toMatch(/debug: TypeError: made by the test\n(?: +at .*\n)*? +at .*src\/\S+\.ts:\d+:\d+/);
});

function validate(bin: string, forNode: readonly string[] = [], options: readonly string[] = []) {
  const { PATH } = process.env;
  const argv = [...forNode, bin, "validate", "-f", DESIRED, ...options];
  return spawnSync(process.execPath, argv, { cwd: folder, env: { PATH }, encoding: "utf8" });
}

function preload(code: string): string {
  const file = join(folder, `hook-${hooks++}.cjs`);
  writeFileSync(file, code);
  return file;
}

let hooks = 0;
