import { spawn } from "node:child_process";
import { existsSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** What one whole process took, from its start to its end. */
export interface Measured {
  readonly seconds: number;
  /** Peak resident memory in MiB; absent for a command that is not Node. */
  readonly peakMiB?: number;
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

const MOST_KEPT = 100_000;

const HOOK = join(__dirname, "..", "..", "bench", "usage-hook.cjs");

/** Runs a Node script and waits for its end; its own peak memory comes from a hook loaded into it. */
export async function measureNode(
  script: readonly string[],
  env: Record<string, string> = {},
): Promise<Measured> {
  const usage = join(tmpdir(), `jp1im-bench-usage-${process.pid}`);
  rmSync(usage, { force: true });
  const measured = await measure([process.execPath, "--require", HOOK, ...script], {
    ...env,
    BENCH_USAGE: usage,
  });
  if (!existsSync(usage)) return measured;
  const peakMiB = Number(readFileSync(usage, "utf8")) / 1024;
  rmSync(usage, { force: true });
  return { ...measured, peakMiB };
}

export function measure(command: readonly string[], env: Record<string, string> = {}): Promise<Measured> {
  const [program = "", ...args] = command;
  const start = process.hrtime.bigint();
  const child = spawn(program, args, { env: { ...process.env, ...env }, stdio: ["ignore", "pipe", "pipe"] });
  const said = { stdout: "", stderr: "" };
  for (const stream of ["stdout", "stderr"] as const) {
    child[stream].on("data", (part: Buffer) => {
      said[stream] = (said[stream] + part.toString("utf8")).slice(-MOST_KEPT);
    });
  }
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => {
      resolve({ seconds: Number(process.hrtime.bigint() - start) / 1e9, code: code ?? -1, ...said });
    });
  });
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted[Math.floor(sorted.length / 2)];
  if (middle === undefined) throw new Error("no values to take the median of");
  return middle;
}
