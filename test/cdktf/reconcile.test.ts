import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const SCRIPT = join(__dirname, "../../dist/cdktf/reconcile.js");
const folders: string[] = [];

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** Runs the script with a stand-in for the tool, as Terraform would from the stack's folder. */
function start(tool: string, changed: Record<string, string | undefined> = {}, folder = newFolder()) {
  mkdirSync(join(folder, "stack/jp1im"), { recursive: true });
  writeFileSync(join(folder, "stack/jp1im/d.yaml"), "apiVersion: jp1im/v1\n");
  writeFileSync(join(folder, "tool.js"), tool);
  const options = {
    manager: "tokyo",
    stack: ".",
    document: "jp1im/d.yaml",
    "working-folder": "..",
    binary: "../tool.js",
    "lock-timeout": "15m",
    ...changed,
    report: "./jp1im/r.json",
  };
  const args = Object.entries(options).flatMap(([key, value]) =>
    value === undefined ? [] : [`--${key}=${value}`],
  );
  const child = spawn(process.execPath, [SCRIPT, "apply", ...args], { cwd: join(folder, "stack") });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text) => {
      output += text;
      child.emit("said", output);
    });
  }
  const ended = once(child, "close").then(([code]) => ({ code, output }));
  return { child, ended, report: () => readFileSync(join(folder, "stack/jp1im/r.json"), "utf8") };
}

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "jp1im-reconcile-"));
  folders.push(folder);
  return folder;
}

test("what follows a change runs the tool unless that very change ended well in this folder", async () => {
  const folder = newFolder();
  const ends = (code: number) => `process.stdout.write("ran"); process.exitCode = ${code};`;
  const run = (code: number, changed: Record<string, string>) => start(ends(code), changed, folder).ended;
  const ran = expect.stringContaining("ran");
  await run(3, { change: "id-1" });
  expect(await run(0, { after: "id-1" })).toEqual({ code: 0, output: ran });
  await run(0, { change: "id-1" });
  expect(await run(0, { after: "id-1" })).toEqual({ code: 0, output: "" });
  expect(await run(5, { after: "id-2" })).toEqual({ code: 5, output: ran });
});

test("a tool that is killed has changed nothing for certain", async () => {
  const folder = newFolder();
  const killed = start('process.kill(process.pid, "SIGKILL");', { change: "id-1" }, folder);
  expect((await killed.ended).code).toBe(130);
  const { output } = await start('process.stdout.write("ran");', { after: "id-1" }, folder).ended;
  expect(output).toContain("ran");
});

test("the tool gets the document and its scope, and the report is kept and told in short", async () => {
  const diagnostics = [
    { severity: "error", code: "manager-denied", summary: "denied", address: "tokyo", remedy: "check" },
  ];
  const outcome = { summary: { applied: 1, failed: 2, skipped: 3, requests: 4 } };
  const { ended, report } = start(
    `const given = require("node:fs").readFileSync(0, "utf8");
     const said = { given, argv: process.argv.slice(2), ...${JSON.stringify({ diagnostics, outcome })} };
     process.stdout.write(JSON.stringify(said), () => process.exit(3));`,
    { state: ".jp1im", parallelism: "4" },
  );
  const { code, output } = await ended;
  expect(code).toBe(3);
  expect(output).toContain("apply tokyo: exit code 3\n1 applied, 2 failed, 3 skipped, 4 requests\n");
  expect(output).toContain("error: denied [manager-denied] in tokyo\n  → check\nreport: ");
  expect(JSON.parse(report())).toMatchObject({
    given: "apiVersion: jp1im/v1\n",
    argv: [
      "apply",
      "--file=-",
      "--manager=tokyo",
      "--auto-approve",
      "--output=json",
      "--lock-timeout=15m",
      "--state=.jp1im",
      "--parallelism=4",
    ],
  });
});

test("what could not be planned is told, each cause once and without what steers a terminal", async () => {
  const denied = { code: "manager-denied", detail: "refused\u001b[2J", remedy: "check the password" };
  const unknown = ["tokyo/client", "tokyo/agent", "tokyo/lower-manager"].map((address) => ({
    address,
    ...denied,
  }));
  const many = Array.from({ length: 12 }, (_, index) => ({
    address: `tokyo/client/${index}`,
    code: "sink-moved",
    detail: `moved ${index}`,
  }));
  const report = { plan: { unknown, blocked: many }, diagnostics: [] };
  const { output } = await start(
    `process.stdout.write(${JSON.stringify(JSON.stringify(report))}, () => process.exit(3));`,
  ).ended;
  const [, ...lines] = output.trimEnd().split("\n");
  expect(lines.slice(0, 3)).toEqual([
    "unknown: refused\ufffd[2J [manager-denied] in tokyo/client and 2 more",
    "  → check the password",
    "blocked: moved 0 [sink-moved] in tokyo/client/0",
  ]);
  expect(lines.at(-2)).toBe("blocked: 2 more causes, which are in the report");
});

test("what is no report is kept and shown as it is", async () => {
  const { ended, report } = start(`console.log("Segmentation fault"); process.exitCode = 7;`);
  expect(await ended).toEqual({ code: 7, output: expect.stringContaining("Segmentation fault") });
  expect(report()).toBe("Segmentation fault\n");
});

test("a tool that is not there, or an option that is missing, says so", async () => {
  const absent = await start("", { binary: "no-such-program-of-ours" }).ended;
  expect(absent).toEqual({ code: 1, output: expect.stringContaining("jp1im could not be run: spawn") });
  const incomplete = await start("", { manager: undefined }).ended;
  expect(incomplete).toEqual({ code: 1, output: expect.stringContaining("--manager is missing") });
});

test("SIGTERM is handed on, and the tool's end is waited for", async () => {
  const { child, ended } = start(
    `process.on("SIGTERM", () => { console.log("finished"); process.exit(130); });
     process.stderr.write("ready"); setInterval(() => {}, 1000);`,
  );
  await new Promise<void>((resolve) => child.on("said", (text) => text.includes("ready") && resolve()));
  child.kill("SIGTERM");
  expect(await ended).toEqual({ code: 130, output: expect.stringContaining("finished") });
});
