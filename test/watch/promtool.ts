import { spawnSync } from "node:child_process";

const isInstalled = spawnSync("promtool", ["--version"]).status === 0;

/** `describe`, but skipped where promtool is not installed; `.ci/run` takes what is skipped for an error. */
export const describeWithPromtool = isInstalled ? describe : describe.skip;
if (!isInstalled)
  console.warn("promtool (Debian's package prometheus) is not installed: its tests do NOT run");

/** What promtool says, with its exit code. */
export function promtool(args: readonly string[], cwd: string, input?: string) {
  const { status, stdout, stderr } = spawnSync("promtool", args, { cwd, encoding: "utf8", input });
  return { code: status, text: stdout + stderr };
}
