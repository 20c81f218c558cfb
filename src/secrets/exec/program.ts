import { type ChildProcess, spawn } from "node:child_process";
import { platform } from "node:os";
import { kill } from "node:process";

export interface ProgramRequest {
  /** The program and its arguments. */
  readonly argv: readonly [string, ...string[]];
  /** Absolute working folder. */
  readonly folder: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** What it reads; nothing at all when absent. */
  readonly stdin?: string;
  readonly timeoutMs: number;
  /** A program that writes more to its standard output is stopped. */
  readonly maxBytes: number;
}

export type ProgramResult =
  | { readonly end: "exited"; readonly code: number; readonly output: ProgramOutput }
  | { readonly end: "signal"; readonly signal: string; readonly output: ProgramOutput }
  | { readonly end: "timeout" | "too-much" | "unread"; readonly output: ProgramOutput }
  | { readonly end: "unstartable"; readonly errorCode: string };

export interface ProgramOutput {
  readonly stdout: Buffer;
  /** Its end only. */
  readonly stderr: string;
}

/** Runs a program to its end; always resolves. Injected where a test needs to own it. */
export type RunProgram = (request: ProgramRequest) => Promise<ProgramResult>;

/** Kept of the standard error: its end, where the reason usually stands. */
const STDERR_BYTES = 4 * 1024;

/**
 * Runs a program in a process group of its own, so that whatever it started is stopped with it. Its standard input
 * is empty unless something is given, and it has no terminal to ask on.
 */
export const runProgram: RunProgram = (request) =>
  new Promise((resolve) => {
    let child: ChildProcess;
    try {
      child = start(request);
    } catch (error) {
      // A NUL in an argument, say: refused before anything is started.
      resolve({ end: "unstartable", errorCode: codeOf(error) });
      return;
    }
    const collected = { stdout: [] as Buffer[], size: 0, stderr: Buffer.alloc(0) };
    let settled = false;
    let unread = false;
    const output = () => ({
      stdout: Buffer.concat(collected.stdout),
      stderr: collected.stderr.toString("utf8"),
    });
    const settle = (result: ProgramResult) => {
      if (settled) return;
      settled = true;
      clearTimeout(timer);
      // A grandchild that left the group may hold the pipes open; nobody waits for it.
      for (const stream of [child.stdin, child.stdout, child.stderr]) stream?.destroy();
      resolve(result);
    };
    const stop = (end: "timeout" | "too-much") => {
      killGroup(child);
      settle({ end, output: output() });
    };
    const timer = setTimeout(() => stop("timeout"), request.timeoutMs);
    child.stdout?.on("data", (chunk: Buffer) => {
      collected.size += chunk.length;
      if (collected.size > request.maxBytes) stop("too-much");
      else collected.stdout.push(chunk);
    });
    child.stderr?.on("data", (chunk: Buffer) => {
      collected.stderr = Buffer.concat([collected.stderr, chunk]).subarray(-STDERR_BYTES);
    });
    child.stdin?.on("error", () => {
      unread = true;
    });
    child.stdin?.end(request.stdin);
    child.on("error", (error) => settle({ end: "unstartable", errorCode: codeOf(error) }));
    child.on("close", (code, signal) => {
      if (signal !== null) settle({ end: "signal", signal, output: output() });
      else if (code === 0 && unread) settle({ end: "unread", output: output() });
      else settle({ end: "exited", code: code ?? 0, output: output() });
    });
  });

function start({ argv: [program, ...args], folder, environment, stdin }: ProgramRequest): ChildProcess {
  return spawn(program, args, {
    cwd: folder,
    env: environment,
    shell: false,
    detached: platform() !== "win32",
    windowsHide: true,
    stdio: [stdin === undefined ? "ignore" : "pipe", "pipe", "pipe"],
  });
}

function killGroup(child: ChildProcess): void {
  try {
    if (child.pid !== undefined && platform() !== "win32") kill(-child.pid, "SIGKILL");
    else child.kill("SIGKILL");
  } catch {
    // It ended just before.
  }
}

function codeOf(error: unknown): string {
  return typeof error === "object" && error !== null && "code" in error ? String(error.code) : "unknown";
}
