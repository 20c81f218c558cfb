import type { Io, StopSignal, TextStream } from "../../src/cli/io";

export interface FakeIo extends Io {
  readonly out: () => string;
  readonly err: () => string;
  /** Sends a signal, SIGINT by default. */
  stop(signal?: StopSignal): void;
  readonly exits: readonly number[];
}

export interface FakeIoOptions {
  readonly env?: Record<string, string>;
  readonly cwd?: string;
  /** All three streams are a terminal. */
  readonly tty?: boolean;
  /** What is typed at a prompt, or at one after the other; `undefined` is the end of the input. */
  readonly answer?: string | readonly string[];
  readonly stdin?: string;
  /** The reader of stdout is gone from the start. */
  readonly stdoutClosed?: boolean;
  /** The code of the error by which stdout lost something: `ENOSPC`. */
  readonly stdoutFault?: string;
}

/** A process's surroundings in memory. */
export function fakeIo(options: FakeIoOptions = {}): FakeIo {
  const { env = {}, cwd = "/", tty = false, answer, stdin = "", stdoutClosed = false, stdoutFault } = options;
  const out: string[] = [];
  const err: string[] = [];
  const exits: number[] = [];
  const answers = [...(typeof answer === "string" ? [] : (answer ?? []))];
  const stops = new Set<(signal: StopSignal) => void>();
  let time = 0;
  return {
    env,
    cwd,
    runtime: { node: "20.19.0", platform: "linux-x64" },
    stdin: {
      isTTY: tty,
      readAll: async () => Buffer.from(stdin),
      readLine: async () => (typeof answer === "string" ? answer : answers.shift()),
    },
    stdout: stream(out, tty, stdoutClosed, stdoutFault),
    stderr: stream(err, tty, false),
    now: () => {
      time += 1_000;
      return time;
    },
    onStop: (stopped) => {
      stops.add(stopped);
      return () => stops.delete(stopped);
    },
    exitNow: (code) => {
      exits.push(code);
    },
    out: () => out.join(""),
    err: () => err.join(""),
    stop: (signal = "SIGINT") => {
      for (const stopped of stops) stopped(signal);
    },
    exits,
  };
}

function stream(parts: string[], isTTY: boolean, closed: boolean, fault?: string): TextStream {
  return {
    isTTY,
    columns: 80,
    closed,
    fault,
    write: async (text) => {
      if (!closed) parts.push(text);
    },
  };
}
