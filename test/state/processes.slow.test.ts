import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import ts from "typescript";
import { nodeFileSystem } from "../../src/platform/file-system";
import { LocalStorage } from "../../src/state/local/local-storage";
import { readState } from "../../src/state/read-state";

const ROOT = join(__dirname, "../..");
const work = mkdtempSync(join(tmpdir(), "jp1im-state-"));
const children: ChildProcess[] = [];
let folder: string;
let folders = 0;

beforeAll(() => {
  // Children are plain Node, so the few files that they need are compiled for them.
  for (const part of ["src/model", "src/platform", "src/state"]) {
    const names = readdirSync(join(ROOT, part), { recursive: true, encoding: "utf8" });
    for (const name of names) if (name.endsWith(".ts")) compile(join(part, name));
  }
  compile("test/state/holder.ts");
});

beforeEach(() => {
  folder = join(work, `state-${++folders}`);
});

afterEach(() => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
});

afterAll(() => rmSync(work, { recursive: true }));

test("of five processes that open at once exactly one gets the lock", async () => {
  const runs = [1, 2, 3, 4, 5].map((id) => start(id, 0));
  const said = await Promise.all(runs.map(({ firstLine }) => firstLine));
  expect(said.sort()).toEqual(["held", "state-locked", "state-locked", "state-locked", "state-locked"]);
  for (const { child } of runs) child.stdin?.end();
  await Promise.all(runs.map(({ ended }) => ended));
  expect([...(await view()).records()]).toHaveLength(1);
  expect(readdirSync(folder)).toEqual([".gitignore", "lineage", "managers"]);
  expect(readdirSync(partition())).toEqual(["state.log"]);
});

test("five processes that wait for each other all get their turn and lose nothing", async () => {
  const runs = [1, 2, 3, 4, 5].map((id) => start(id, 15_000));
  for (const { child } of runs) child.stdin?.end();
  expect(await Promise.all(runs.map(({ firstLine }) => firstLine))).toEqual(Array(5).fill("held"));
  await Promise.all(runs.map(({ ended }) => ended));
  const state = await view();
  expect(state.serial("tokyo")).toBe(5);
  expect([...state.records()]).toHaveLength(5);
});

test("five processes that find the lock of a killed one: exactly one takes it over, and nothing flushed is lost", async () => {
  const killed = start(0, 0);
  expect(await killed.firstLine).toBe("held");
  killed.child.kill("SIGKILL");
  await killed.ended;
  expect(readdirSync(partition())).toContain("lock");
  const runs = [1, 2, 3, 4, 5].map((id) => start(id, 0));
  const said = await Promise.all(runs.map(({ firstLine }) => firstLine));
  expect(said.filter((line) => line === "held")).toHaveLength(1);
  for (const { child } of runs) child.stdin?.end();
  await Promise.all(runs.map(({ ended }) => ended));
  expect([...(await view()).records()]).toHaveLength(2);
  expect(readdirSync(folder)).toEqual([".gitignore", "lineage", "managers"]);
  expect(readdirSync(partition())).toEqual(["state.log"]);
  expect(statSync(folder).mode & 0o777).toBe(0o700);
  expect(statSync(join(partition(), "state.log")).mode & 0o777).toBe(0o600);
});

function partition(): string {
  return join(folder, "managers/tokyo");
}

function start(id: number, timeoutMs: number) {
  const args = [join(work, "test/state/holder.js"), folder, String(id), String(timeoutMs)];
  const child = spawn(process.execPath, args, { stdio: ["pipe", "pipe", "inherit"] });
  children.push(child);
  const firstLine = new Promise<string>((resolve) => {
    let text = "";
    child.stdout?.on("data", (chunk) => {
      text += chunk;
      if (text.includes("\n")) resolve(text.split("\n")[0] ?? "");
    });
    child.on("exit", () => resolve("ended without a word"));
  });
  const ended = new Promise<void>((resolve) => child.on("exit", () => resolve()));
  return { child, firstLine, ended };
}

function view() {
  return readState({
    storage: new LocalStorage({ folder, fileSystem: nodeFileSystem }),
    ...{ keyId: "key-1", report: () => undefined },
  });
}

function compile(path: string): void {
  const { outputText } = ts.transpileModule(readFileSync(join(ROOT, path), "utf8"), {
    compilerOptions: { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022 },
  });
  const target = join(work, path.replace(/\.ts$/, ".js"));
  mkdirSync(dirname(target), { recursive: true });
  writeFileSync(target, outputText);
}
