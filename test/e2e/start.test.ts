/** How the built command line starts: what the build compiled, and what it does without that. */
import { spawnSync } from "node:child_process";
import {
  closeSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Script } from "node:vm";
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

test.each(["jp1im.js", "jp1im-more.js"])("the bundle %s is in ASCII, as it is loaded", (name) => {
  expect(readFileSync(join(ROOT, "dist/cli", name)).findIndex((byte) => byte > 127)).toBe(-1);
});

test("V8 takes what the build compiled", () => {
  const { status, stderr } = validate(BIN, ["--require", TELLING]);
  expect([status, stderr]).toEqual([0, "rejected: false"]);
});

test.each<[string, (cache: string) => void]>([
  ["is missing", (cache: string) => rmSync(cache)],
  ["is cut short", (cache: string) => truncateSync(cache, statSync(cache).size - 1)],
  ["is empty", (cache: string) => truncateSync(cache)],
  // V8 may crash on the code of another build of its own version, and does not notice.
  ["is for another Node", (cache: string) => replaceLast(cache, process.versions.node, "99.9.9")],
  ["is for another processor", (cache: string) => replaceLast(cache, `"${process.arch}"`, '"z80"')],
  ["is a folder", makeFolder],
  ["is a pipe", makePipe],
  // Each of them made V8 crash, run wrong code, or not notice.
  ...[0, 0.1, 0.25, 0.5, 0.75, 0.99].map((place): [string, (cache: string) => void] => [
    `has a wrong bit at ${place} of its length`,
    (cache) => flipBit(cache, place),
  ]),
])("the command line works where what was compiled %s, and V8 does not get it", (title, damage) => {
  const copy = copyOfProgram(title);
  damage(join(copy, "jp1im.js.cache"));
  const { status, stdout, stderr } = validate(join(copy, "bin.js"), ["--require", TELLING]);
  expect([status, stderr]).toEqual([0, "rejected: undefined"]);
  expect(stdout).toContain("Valid: ");
});

test("an edited program runs, and not what was compiled of the one before of the same length", () => {
  const copy = copyOfProgram("edited");
  replaceLast(join(copy, "jp1im.js"), '"good","Valid"', '"good","Fresh"');
  const { status, stdout, stderr } = validate(join(copy, "bin.js"), ["--require", TELLING]);
  expect([status, stderr]).toEqual([0, "rejected: undefined"]);
  expect(stdout).toContain("Fresh: ");
});

test("a command that needs the second bundle gets what was compiled of that, too", () => {
  const { status, stderr } = run(["--require", TELLING], ["explain", "usage"]);
  expect([status, stderr]).toEqual([0, "rejected: false".repeat(2)]);
});

test("where what was compiled of the second bundle is damaged, V8 parses it", () => {
  const copy = copyOfProgram("damaged-more");
  flipBit(join(copy, "jp1im-more.js.cache"), 0.5);
  const { status, stderr } = run(["--require", TELLING], ["explain", "usage"], join(copy, "bin.js"));
  expect([status, stderr]).toEqual([0, "rejected: falserejected: undefined"]);
});

const DAMAGES: readonly [string, (file: string) => void, string][] = [
  ["is missing", (file) => rmSync(file), "it does not exist"],
  ["is empty", (file) => truncateSync(file), "it is not the program that was built"],
  ["is cut short", (file) => truncateSync(file, 100_000), "it is not the program that was built"],
  ["is another file", (file) => writeFileSync(file, "\0\x7f\xff"), "it is not the program that was built"],
  ["is a folder", makeFolder, "it is a folder"],
];

test.each(
  DAMAGES.flatMap(([title, damage, why]) =>
    ["jp1im.js", "jp1im-more.js"].map((name) => [name, title, damage, why] as const),
  ),
)("where %s %s, one error says to install the tool again", (name, title, damage, why) => {
  const file = join(copyOfProgram(`${name} ${title}`), name);
  damage(file);
  const { status, stdout, stderr } = run([], ["explain", "usage"], join(file, "../bin.js"));
  expect(stderr).toBe(
    `error: ${file} is damaged or incomplete: ${why} [installation-damaged]\n` +
      "  → install jp1im again, the npm package or the executable (docs/installing.md)\n",
  );
  expect([status, stdout]).toEqual([1, ""]);
});

test("wherever bin.js is cut after its first statement, it does not end with 0", () => {
  const file = join(copyOfProgram("bin.js is cut"), "bin.js");
  const whole = readFileSync(file, "utf8");
  const first = "process.exitCode=1;";
  const from = whole.indexOf(first) + first.length;
  expect(from).toBeLessThan(60);
  const places = Array.from({ length: whole.trimEnd().length - 1 }, (_, place) => place).slice(from);
  // Elsewhere a cut makes a syntax error.
  const cuts = places.filter((place) => isProgram(whole.slice(0, place)));
  const tried = cuts.filter((_, index) => index % Math.ceil(cuts.length / 40) === 0);
  expect(tried.length).toBeGreaterThan(10);
  for (const place of [...tried, ...cuts.slice(-5)]) {
    writeFileSync(file, whole.slice(0, place));
    expect([place, run([], ["explain", "usage"], file).status]).toEqual([place, 1]);
  }
});

test("with --debug a damaged program adds the stack of the error", () => {
  const copy = copyOfProgram("damaged-debug");
  truncateSync(join(copy, "jp1im-more.js"), 1000);
  const { status, stderr } = run([], ["explain", "usage", "--debug"], join(copy, "bin.js"));
  expect(status).toBe(1);
  expect(stderr).toMatch(/^debug: .*SyntaxError: .*\n {4}at .*\nerror: .*\[installation-damaged\]\n/s);
});

test.each([
  ["dist/cli/report.css", ["validate", "-f", DESIRED, "--output", "html"]],
  ["schemas/plan.schema.json", ["schema", "plan"]],
  ["dist/terraform/provider.cjs", ["terraform-provider", "install", "--plugin-dir", "mirror"]],
])("where %s is missing, the command that needs it says to install the tool again", (path, argv) => {
  const copy = join(copyOfProgram(path), "../..");
  cpSync(join(ROOT, "dist/terraform"), join(copy, "dist/terraform"), { recursive: true });
  rmSync(join(copy, path));
  const { status, stderr } = run([], argv, join(copy, "dist/cli/bin.js"));
  expect(stderr).toContain(
    `error: ${path} is damaged or incomplete: it does not exist [installation-damaged]\n`,
  );
  expect(status).toBe(1);
});

test("what a start loads of Node: neither cryptography nor network nor streams nor threads for files, where its output is a file", () => {
  const report = join(folder, "loaded.json");
  const hook = preload(
    `process.on("exit", () => require("node:fs").writeFileSync(${JSON.stringify(report)}, JSON.stringify(process.moduleLoadList)));`,
  );
  const slow = ["crypto", "net", "os", "stream", "zlib", "internal/fs/promises"];
  const loaded = (...argv: string[]) => {
    const output = openSync(join(folder, "output"), "w");
    spawnSync(process.execPath, ["--require", hook, BIN, ...argv], { stdio: ["ignore", output, output] });
    closeSync(output);
    const list: string[] = JSON.parse(readFileSync(report, "utf8"));
    return slow.filter((name) => list.includes(`NativeModule ${name}`));
  };
  expect(loaded("--version")).toEqual([]);
  expect(loaded("--help")).toEqual([]);
  expect(loaded("validate", "-f", DESIRED)).toEqual([]);
});

test("with --debug the stack of a bug names the lines of the sources, of both bundles", () => {
  const hook = preload(
    `require("node:crypto").createHash = () => { throw new TypeError("made by the test"); };`,
  );
  const { status, stderr } = run(["--require", hook], ["plan", "-f", DESIRED, "--debug"]);
  expect(status).toBe(1);
  expect(stderr).toMatch(/debug: TypeError: made by the test\n/);
  expect(stderr).toMatch(/ at .*src\/config\/load-desired-state\.ts:\d+:\d+/);
  expect(stderr).toMatch(/ at .*src\/library\/plan\.ts:\d+:\d+/);
  expect(stderr).not.toContain("jp1im-more.js");
});

function isProgram(text: string): boolean {
  try {
    return new Script(text) !== undefined;
  } catch {
    return false;
  }
}

function validate(bin: string, forNode: readonly string[]) {
  return run(forNode, ["validate", "-f", DESIRED], bin);
}

function run(forNode: readonly string[], argv: readonly string[], bin = BIN) {
  const { PATH } = process.env;
  const options = { cwd: folder, env: { PATH }, encoding: "utf8", timeout: 60_000 } as const;
  return spawnSync(process.execPath, [...forNode, bin, ...argv], options);
}

/** The folder of the program in a copy of the package. */
function copyOfProgram(title: string): string {
  const copy = join(folder, title);
  cpSync(join(ROOT, "dist/cli"), join(copy, "dist/cli"), { recursive: true });
  cpSync(join(ROOT, "schemas"), join(copy, "schemas"), { recursive: true });
  return join(copy, "dist/cli");
}

function makeFolder(file: string): void {
  rmSync(file);
  mkdirSync(file);
}

function makePipe(file: string): void {
  rmSync(file);
  expect(spawnSync("mkfifo", [file]).status).toBe(0);
}

function flipBit(file: string, place: number): void {
  const bytes = readFileSync(file);
  const at = Math.floor(bytes.length * place);
  bytes.writeUInt8(bytes.readUInt8(at) ^ 1, at);
  writeFileSync(file, bytes);
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
