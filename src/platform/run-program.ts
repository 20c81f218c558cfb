import { type ChildProcess, spawn } from "node:child_process";
import { constants, platform } from "node:os";
import { kill } from "node:process";
import type { Duplex } from "node:stream";

export interface ProgramRequest {
  /** The program and its arguments. */
  readonly argv: readonly [string, ...string[]];
  /** Absolute working folder. */
  readonly folder: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** What it reads; nothing at all when absent. */
  readonly stdin?: string;
  readonly timeoutMs: number;
  /** A program that writes more to its standard output is stopped. */
  readonly maxBytes: number;
  /** A program that runs when this is aborted is stopped. One that is started later is not. */
  readonly signal?: AbortSignal;
}

export type ProgramResult =
  | { readonly end: "exited"; readonly code: number; readonly output: ProgramOutput }
  | { readonly end: "signal"; readonly signal: string; readonly output: ProgramOutput }
  /** `unread`: it ended with 0, and left a part of its input. */
  | { readonly end: Stop | "unread"; readonly output: ProgramOutput }
  | { readonly end: "unstartable"; readonly errorCode: string };

/** Why a program was stopped. */
type Stop = "timeout" | "too-much" | "cancelled";

export interface ProgramOutput {
  readonly stdout: Buffer;
  /** Its end only. */
  readonly stderr: string;
}

/** Runs a program to its end; always resolves. Injected where a test needs to own it. */
export type RunProgram = (request: ProgramRequest) => Promise<ProgramResult>;

/** Much more than a message shows; the rest is dropped. */
const STDERR_BYTES = 64 * 1024;
/** In milliseconds: what a program wrote is in the pipes when it ends, so this waits only for what it left running. */
const AFTER_EXIT = 500;

/**
 * Runs a program in a process group of its own, so that whatever it started is stopped with it after a time-out. It
 * has no terminal to ask on. A program is done when it has ended itself: a daemon that it left behind, and that keeps
 * its output open, is neither waited for nor stopped.
 */
export const runProgram: RunProgram = (request) =>
  new Promise((resolve) => {
    try {
      new Running(start(request), request, resolve);
    } catch (error) {
      // A NUL in an argument, say: refused before anything is started.
      resolve({ end: "unstartable", errorCode: codeOf(error) });
    }
  });

class Running {
  readonly #child: ChildProcess;
  readonly #resolve: (result: ProgramResult) => void;
  readonly #stdout: Buffer[] = [];
  readonly #input: Duplex | undefined;
  #timer: NodeJS.Timeout;
  #size = 0;
  #stderr = Buffer.alloc(0);
  #unread = false;
  #settled = false;
  readonly #signal: AbortSignal | undefined;
  readonly #cancel = () => this.#stop("cancelled");

  constructor(child: ChildProcess, request: ProgramRequest, resolve: (result: ProgramResult) => void) {
    this.#child = child;
    this.#resolve = resolve;
    this.#input = inputOf(child);
    this.#timer = setTimeout(() => this.#stop("timeout"), request.timeoutMs);
    this.#signal = request.signal;
    this.#signal?.addEventListener("abort", this.#cancel);
    child.stdout?.on("data", (chunk: Buffer) => {
      this.#size += chunk.length;
      if (this.#size > request.maxBytes) this.#stop("too-much");
      else this.#stdout.push(chunk);
    });
    child.stderr?.on("data", (chunk: Buffer) => {
      this.#stderr = Buffer.concat([this.#stderr, chunk]).subarray(-STDERR_BYTES);
    });
    const setUnread = () => {
      this.#unread = true;
    };
    this.#input?.on("error", setUnread).on("data", setUnread).end(request.stdin);
    child.on("error", (error) => this.#settle({ end: "unstartable", errorCode: codeOf(error) }));
    child.on("exit", (code, signal) => this.#awaitOutput(code, signal));
    child.on("close", (code, signal) => this.#finish(code, signal));
  }

  #awaitOutput(code: number | null, signal: string | null): void {
    clearTimeout(this.#timer);
    // On a machine that was busy for long the timer may come first, and what the pipes hold is still to be read.
    const finish = () => setImmediate(() => setImmediate(() => this.#finish(code, signal)));
    if (!this.#settled) this.#timer = setTimeout(finish, AFTER_EXIT);
    // A daemon most often keeps standard error, of which a program that ended well needs nothing.
    if (code !== 0 || this.#input !== undefined) return;
    if (this.#child.stdout?.readableEnded) finish();
    else this.#child.stdout?.on("end", finish);
  }

  #finish(code: number | null, endedBy: string | null): void {
    const output = this.#output();
    const signal = endedBy ?? (this.#input && signalOf(code));
    if (signal) this.#settle({ end: "signal", signal, output });
    else if (code === 0 && this.#unread) this.#settle({ end: "unread", output });
    else this.#settle({ end: "exited", code: code ?? 0, output });
  }

  #stop(end: Stop): void {
    killGroup(this.#child);
    this.#settle({ end, output: this.#output() });
  }

  #output(): ProgramOutput {
    return { stdout: Buffer.concat(this.#stdout), stderr: this.#stderr.toString("utf8") };
  }

  #settle(result: ProgramResult): void {
    if (this.#settled) return;
    this.#settled = true;
    clearTimeout(this.#timer);
    this.#signal?.removeEventListener("abort", this.#cancel);
    // Whatever was left behind may hold the pipes open; nobody waits for it.
    for (const stream of [this.#input, this.#child.stdout, this.#child.stderr]) stream?.destroy();
    this.#resolve(result);
  }
}

/** Of a shell. */
const FROM_SIGNALS = 128;

/** A shell tells the signal that ended a program as an exit code. */
function signalOf(code: number | null): string | undefined {
  return Object.entries(constants.signals).find(([, number]) => FROM_SIGNALS + number === code)?.[0];
}

/** Of the variables that a shell sets by itself, those that the program is not to have. */
function unsetAll(env: ProgramRequest["env"]): string {
  return ["PWD", "OLDPWD", "SHLVL"]
    .filter((name) => env[name] === undefined)
    .map((name) => `unset ${name}; `)
    .join("");
}

/**
 * Passes on what stands in file 3, a socket, through a pipe, as programs can open `/dev/stdin` only where it is one. The pipe
 * is read once more after the program, and what it has left is reported back through the socket. Standard error is the
 * program's alone: the shell would tell of signals there.
 */
const PASS_INPUT = `exec 4>&2 2>/dev/null
cat <&3 3<&- 4>&- | {
  (exec "$@" 2>&4 3<&- 4>&-)
  code=$?
  [ "$code" -ne 0 ] || [ "$(head -c 1; echo .)" = . ] || echo unread >&3
  exit "$code"
}`;

/**
 * The pipe that Node makes for standard input cannot be read on this side, and so never tells that the program left
 * input unread. The sockets that it makes for further files can: where the system allows it, the input goes there.
 */
function start({ argv, folder, env, stdin }: ProgramRequest): ChildProcess {
  const isWindows = platform() === "win32";
  const isTaken = stdin !== undefined && !isWindows;
  const [program, ...args] = isTaken
    ? (["/bin/sh", "-c", `${unsetAll(env)}${PASS_INPUT}`, "sh", ...argv] as const)
    : argv;
  return spawn(program, args, {
    cwd: folder,
    env,
    shell: false,
    detached: !isWindows,
    windowsHide: true,
    stdio: [
      stdin === undefined || isTaken ? "ignore" : "pipe",
      "pipe",
      "pipe",
      ...(isTaken ? ["pipe" as const] : []),
    ],
  });
}

function inputOf(child: ChildProcess): Duplex | undefined {
  return (child.stdio[3] ?? child.stdin ?? undefined) as Duplex | undefined;
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
