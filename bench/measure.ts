import { spawn } from "node:child_process";
import { existsSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** What one whole process took, from its start to its end. */
export interface Measured {
  readonly seconds: number;
  /** Peak resident memory in MiB; absent for a command that is not Node. */
  readonly peakMiB?: number;
  /** Processor time in seconds, of user and system; absent for a command that is not Node. */
  readonly cpuSeconds?: number;
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

const MOST_KEPT = 100_000;

const HOOK = join(__dirname, "..", "..", "bench", "usage-hook.cjs");

/** Runs a Node script and waits for its end; a hook loaded into it measures its peak memory and processor time. */
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
  const { maxRSS, cpu } = JSON.parse(readFileSync(usage, "utf8"));
  rmSync(usage, { force: true });
  return { ...measured, peakMiB: maxRSS / 1024, cpuSeconds: cpu / 1e6 };
}

function measure(command: readonly string[], env: Record<string, string> = {}): Promise<Measured> {
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
