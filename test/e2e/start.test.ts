/** How the built command line starts: what the build compiled, and what it does without that. */
import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { BIN } from "./child";

const ROOT = join(__dirname, "../..");
const DESIRED = join(ROOT, "examples/first-steps/jp1im.yaml");
const folder = mkdtempSync(join(tmpdir(), "jp1im-start-"));
let hooks = 0;

/** Tells on standard error what V8 did with compiled code: `undefined` where it was given none. */
const TELLING = preload(`const vm = require("node:vm");
  vm.Script = class extends vm.Script {
    constructor(...given) {
      super(...given);
      process.stderr.write("rejected: " + this.cachedDataRejected);
    }
  };`);

test("V8 takes what the build compiled", () => {
  const { status, stderr } = validate(BIN, ["--require", TELLING]);
  expect([status, stderr]).toEqual([0, "rejected: false"]);
});

test.each([
  ["is missing", (cache: string) => rmSync(cache)],
  ["is cut short", (cache: string) => truncateSync(cache, statSync(cache).size - 1)],
  ["is empty", (cache: string) => truncateSync(cache)],
  // V8 may crash on the code of another build of its own version, and does not notice.
  ["is for another Node", (cache: string) => replaceLast(cache, process.versions.node, "99.9.9")],
  ["is for another processor", (cache: string) => replaceLast(cache, `"${process.arch}"`, '"z80"')],
])("the command line works where what was compiled %s, and V8 does not get it", (title, damage) => {
  const copy = join(folder, title);
  cpSync(join(ROOT, "dist/cli"), join(copy, "dist/cli"), { recursive: true });
  cpSync(join(ROOT, "schemas"), join(copy, "schemas"), { recursive: true });
  damage(join(copy, "dist/cli/jp1im.js.cache"));
  const { status, stdout, stderr } = validate(join(copy, "dist/cli/bin.js"), ["--require", TELLING]);
  expect([status, stderr]).toEqual([0, "rejected: undefined"]);
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

function replaceLast(file: string, found: string, replacement: string): void {
  const bytes = readFileSync(file);
  const at = bytes.lastIndexOf(found);
  expect(at).toBeGreaterThan(0);
  const rest = bytes.subarray(at + found.length);
  writeFileSync(file, Buffer.concat([bytes.subarray(0, at), Buffer.from(replacement), rest]));
}

function preload(code: string): string {
  const file = join(folder, `hook-${hooks++}.cjs`);
  writeFileSync(file, code);
  return file;
}
