/** Standard output on a disk that is full. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, openSync } from "node:fs";
import { BIN } from "./child";
import { closeStages, Stage } from "./stage";

afterEach(closeStages);

async function run(stage: Stage, line: string, stdout: number | "pipe") {
  const { PATH = "", HOME = "" } = process.env;
  const child = spawn(process.execPath, [BIN, ...line.split(" ")], {
    cwd: stage.folder,
    env: { PATH, HOME, ...stage.env },
    stdio: ["ignore", stdout, "pipe"],
  });
  let stderr = "";
  child.stderr?.on("data", (text) => {
    stderr += text;
  });
  child.stdout?.destroy();
  const [code] = await once(child, "close");
  return { code, stderr };
}

const withFullDisk = existsSync("/dev/full") ? test : test.skip;

withFullDisk("every command that printed to a full disk says so and ends with 1", async () => {
  const stage = await Stage.open();
  await stage.must("apply --auto-approve");
  const lines = [
    "plan",
    "plan --output json",
    "drift --output markdown",
    "drift --output html",
    "validate",
    "export --manager tokyo",
    "export --manager tokyo --output json",
    "state list",
    "graph",
    "schema",
    "completion bash",
    "--help",
    "--version",
  ];
  for (const line of lines) {
    const { code, stderr } = await run(stage, line, openSync("/dev/full", "w"));
    expect([line, code, stderr]).toEqual([
      line,
      1,
      expect.stringContaining("no space is left on the device"),
    ]);
  }
});

test("a reader that has gone away is no error", async () => {
  const stage = await Stage.open();
  expect(await run(stage, "schema", "pipe")).toEqual({ code: 0, stderr: "" });
});
