import { spawn } from "node:child_process";
import { existsSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** What one command took, with every process that it started. */
export interface Measured {
  readonly seconds: number;
  /** Processor time of user and system: other programs on the machine change it less than the time that passes. */
  readonly cpuSeconds: number;
  /** Peak resident memory of a Node script in MiB, without the processes that it started. */
  readonly peakMiB?: number;
  readonly stdout: string;
}

export interface Command {
  readonly command: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Runs it so often, one after the other; the result is of one run. */
  readonly times?: number;
  /** Exit codes that are no failure, beside 0. */
  readonly accept?: readonly number[];
}

const MOST_KEPT = 100_000;

/** Loaded into a measured Node script, where it takes some milliseconds and leaves the peak memory in a file. */
const HOOK = join(__dirname, "..", "..", "bench", "usage-hook.cjs");

/** Processor time and memory of a Node script. Rejects where it fails. */
export async function measureNode(
  script: readonly string[],
  env: Readonly<Record<string, string>> = {},
  accept: readonly number[] = [],
): Promise<Measured> {
  const usage = join(tmpdir(), `jp1im-bench-usage-${process.pid}`);
  rmSync(usage, { force: true });
  const command = [process.execPath, "--require", HOOK, ...script];
  const measured = await measure({ command, env: { ...env, BENCH_USAGE: usage }, accept });
  if (!existsSync(usage)) return measured;
  const { maxRSS } = JSON.parse(readFileSync(usage, "utf8"));
  rmSync(usage, { force: true });
  return { ...measured, peakMiB: maxRSS / 1024 };
}

/** The shell's `time` counts what every child took. Rejects where the command fails. */
export async function measure({ command, env, times = 1, accept = [] }: Command): Promise<Measured> {
  // Pipes, as a shell makes them: Node gives a child sockets, for which it loads its network.
  const pipes = "exec > >(cat) 3> >(cat >&3)";
  const repeat = `for _ in $(seq ${times}); do "$@" 2>&3 || failed=$?; done`;
  const shell = `${pipes}; TIMEFORMAT='%R %U %S'; time { ${repeat}; }; exit \${failed:-0}`;
  const child = spawn("bash", ["-c", shell, "bash", ...command], {
    env: environment(env),
    stdio: ["ignore", "pipe", "pipe", "pipe"],
  });
  const texts = [1, 2, 3].map((descriptor) => lastText(child.stdio[descriptor] as NodeJS.ReadableStream));
  const code = await new Promise<number>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (ended) => resolve(ended ?? -1));
  });
  const [stdout = "", timing = "", stderr = ""] = texts.map((text) => text());
  if (code !== 0 && !accept.includes(code))
    throw new Error(`${command.join(" ").slice(0, 500)} ended with ${code}:\n${stderr.slice(-2000)}`);
  const [wall = 0, user = 0, system = 0] = timing.trim().split(" ").map(Number);
  return { seconds: wall / times, cpuSeconds: (user + system) / times, stdout };
}

/** Node reads the certificates that NODE_EXTRA_CA_CERTS names at each start, which hides what a command takes. */
export function environment(more: Readonly<Record<string, string>> = {}): NodeJS.ProcessEnv {
  const { NODE_EXTRA_CA_CERTS: _, ...env } = process.env;
  return { ...env, ...more };
}

function lastText(stream: NodeJS.ReadableStream): () => string {
  let text = "";
  stream.on("data", (part: Buffer) => {
    text = (text + part.toString("utf8")).slice(-MOST_KEPT);
  });
  return () => text;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted[Math.floor(sorted.length / 2)];
  if (middle === undefined) throw new Error("no values to take the median of");
  return middle;
}
