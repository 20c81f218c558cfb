import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { run } from "./fake-library";
import { runnableCommands } from "./program";

const shells = ["bash", "zsh", "fish"] as const;
const scriptOf = async (shell: string) => (await run(`completion ${shell}`)).out;
const isThere = (shell: string) => spawnSync(shell, ["--version"]).status === 0;

test.each(shells)("the script for %s names every command, option and choice", async (shell) => {
  const script = await scriptOf(shell);
  for (const [path, command] of runnableCommands()) {
    for (const word of path.split(" ")) expect(script).toContain(word);
    for (const { long = "", argChoices = [] } of command.options) {
      expect(script).toContain(shell === "fish" ? `-l ${long.slice(2)} ` : long);
      expect(script).toContain(argChoices.join(" "));
    }
    for (const { argChoices = [] } of command.registeredArguments)
      expect(script).toContain(argChoices.join(" "));
  }
});

test.each(shells.filter((shell) => shell === "bash" || isThere(shell)))(
  "the script for %s is one that the shell can read",
  async (shell) => {
    const folder = mkdtempSync(join(tmpdir(), "jp1im-completion-"));
    writeFileSync(join(folder, "script"), await scriptOf(shell));
    const checked = spawnSync(shell, ["-n", "script"], { cwd: folder, encoding: "utf8" });
    rmSync(folder, { recursive: true });
    expect(checked).toMatchObject({ status: 0, stderr: "" });
  },
);

describe("bash completes", () => {
  let folder: string;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "jp1im-completion-"));
    writeFileSync(join(folder, "script"), await scriptOf("bash"));
    writeFileSync(join(folder, "tokyo.yaml"), "");
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const complete = (words: readonly string[]) => {
    const program = `source ./script; COMP_WORDS=("$@"); COMP_CWORD=$(( $# - 1 )); _jp1im; echo "\${COMPREPLY[*]}"`;
    return spawnSync("bash", ["-c", program, "bash", ...words], {
      cwd: folder,
      encoding: "utf8",
    }).stdout.trim();
  };

  test.each([
    [["jp1im", "pl"], "plan"],
    [
      ["jp1im", ""],
      "validate plan apply destroy drift watch shards graph get doctor export import rebuild enroll initial-secret state simulate init schema completion terraform-provider explain version help",
    ],
    [["jp1im", "state", ""], "list show mv rm unlock rekey pull push migrate compact help"],
    [["jp1im", "state", "rm", "--loc"], "--lock-timeout"],
    [["jp1im", "plan", "--o"], "--out --output"],
    [["jp1im", "plan", "--output", ""], "text json markdown html"],
    [["jp1im", "plan", "--output", "=", "j"], "json"],
    [["jp1im", "plan", "--refresh", "=", ""], "true false"],
    [["jp1im", "plan", "-f", "to"], "tokyo.yaml"],
    [["jp1im", "plan", "-f", "state", "--ma"], "--manager"],
    [["jp1im", "apply", "to"], "tokyo.yaml"],
    [["jp1im", "simulate", "to"], "tokyo.yaml"],
    [["jp1im", "schema", "ma"], "manager-api"],
    [["jp1im", "completion", ""], "bash zsh fish"],
    [["jp1im", "help", "ap"], "apply"],
    [["jp1im", "plan", "--parallelism", ""], ""],
  ])("%j to %p", (words, expected) => {
    expect(complete(words)).toBe(expected);
  });
});

test("a shell that is not known is refused", async () => {
  expect((await run("completion tcsh")).code).toBe(64);
});
