import { type ChildProcess, spawn } from "node:child_process";
import { constants, platform } from "node:os";
import nodeProcess, { kill } from "node:process";
import type { Duplex } from "node:stream";

export interface ProgramRequest {
  /** The program and its arguments. */
  readonly argv: readonly [string, ...string[]];
  /** Absolute working folder. */
  readonly folder: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Its standard input; empty if absent. */
  readonly stdin?: string | undefined;
  readonly timeoutMs: number;
  /** A program that writes more to its standard output is stopped. */
  readonly maxBytes: number;
  /** Aborting it stops a running program, but not one that starts later. */
  readonly signal?: AbortSignal | undefined;
}

export type ProgramResult =
  | { readonly end: "exited"; readonly code: number; readonly output: ProgramOutput }
  | { readonly end: "signal"; readonly signal: string; readonly output: ProgramOutput }
  /** `unread`: it ended with 0 without reading all of its input. */
  | { readonly end: Stop | "unread"; readonly output: ProgramOutput }
  | { readonly end: "unstartable"; readonly errorCode: string };

/** Why a program was stopped. */
type Stop = "timeout" | "too-much" | "cancelled";

export interface ProgramOutput {
  readonly stdout: Buffer;
  /** Only the end of it. */
  readonly stderr: string;
}

/** Runs a program to its end; always resolves. It is injected where a test must control it. */
export type RunProgram = (request: ProgramRequest) => Promise<ProgramResult>;

/** Much more than a message shows; the rest is dropped. */
const STDERR_BYTES = 64 * 1024;
/**
 * Milliseconds. The output of an ended program is already in the pipes, so this wait is only for processes that it
 * left running.
 */
const AFTER_EXIT = 500;

/**
 * Runs a program in a process group of its own, so that a time-out also stops the processes that it started. It has
 * no terminal. The run ends with the program itself: a daemon that it left behind, and that keeps its output open, is
 * neither awaited nor stopped.
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

/** The programs that have not ended. None outlives this process: a second signal ends it without waiting. */
const running = new Set<ChildProcess>();

function endRunning(): void {
  for (const child of running) killGroup(child);
}

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
    if (running.size === 0) nodeProcess.once("exit", endRunning);
    running.add(child);
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
    this.#ended();
    clearTimeout(this.#timer);
    // On a busy machine the timer may fire first, before the pipes are read.
    const finish = () => setImmediate(() => setImmediate(() => this.#finish(code, signal)));
    if (!this.#settled) this.#timer = setTimeout(finish, AFTER_EXIT);
    // A daemon most often keeps standard error open, which does not matter if the program succeeded.
    if (code !== 0 || this.#input !== undefined) return;
    if (this.#child.stdout?.readableEnded) finish();
    else this.#child.stdout?.on("end", finish);
  }

  #ended(): void {
    running.delete(this.#child);
    if (running.size === 0) nodeProcess.off("exit", endRunning);
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
    this.#ended();
    clearTimeout(this.#timer);
    this.#signal?.removeEventListener("abort", this.#cancel);
    // Processes that were left behind may keep the pipes open; do not wait for them.
    for (const stream of [this.#input, this.#child.stdout, this.#child.stderr]) stream?.destroy();
    this.#resolve(result);
  }
}

/** Of a shell. */
const FROM_SIGNALS = 128;

/** The signal that ended a program, which a shell reports as an exit code. */
function signalOf(code: number | null): string | undefined {
  return Object.entries(constants.signals).find(([, number]) => FROM_SIGNALS + number === code)?.[0];
}

/** Unsets the variables that a shell sets by itself and the program should not have. */
function unsetAll(env: ProgramRequest["env"]): string {
  return ["PWD", "OLDPWD", "SHLVL"]
    .filter((name) => env[name] === undefined)
    .map((name) => `unset ${name}; `)
    .join("");
}

/**
 * Passes the content of file 3, a socket, on through a pipe, because programs cannot open `/dev/stdin` if it is a
 * socket. After the program it reads the pipe again, and reports unread input back through the socket. Standard error
 * belongs to the program alone: the shell would report signals there.
 */
const PASS_INPUT = `exec 4>&2 2>/dev/null
cat <&3 3<&- 4>&- | {
  (exec "$@" 2>&4 3<&- 4>&-)
  code=$?
  [ "$code" -ne 0 ] || [ "$(head -c 1; echo .)" = . ] || echo unread >&3
  exit "$code"
}`;

/**
 * Node's pipe for standard input cannot be read on this side, so it does not show that the program left input unread.
 * Node's sockets for further files can: if the system allows it, the input goes through one.
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
