/** The process around the command line. It is injected, so that a test can control all of it. */
export interface Io {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /** The version of Node, and operating system and processor: `20.19.0`, `linux-x64`. */
  readonly runtime: { readonly node: string; readonly platform: string };
  readonly stdin: InputStream;
  readonly stdout: TextStream;
  readonly stderr: TextStream;
  /** Milliseconds since the epoch. */
  now(): number;
  /**
   * Calls back at every SIGINT and SIGTERM, and at a SIGHUP that is the first signal; returns a function that
   * unsubscribes.
   */
  onStop(stopped: (signal: StopSignal) => void): () => void;
  /** Ends the process at once, for the second Ctrl-C. */
  exitNow(code: number): void;
}

export type StopSignal = "SIGINT" | "SIGTERM" | "SIGHUP";

export interface TextStream {
  readonly isTTY: boolean;
  readonly columns: number | undefined;
  /**
   * Whether nothing more can be written, mostly because the reader closed the pipe (EPIPE). The run continues to its
   * end.
   */
  readonly closed: boolean;
  /** The code of an error that lost output, other than a closed pipe: `ENOSPC`. */
  readonly fault?: string | undefined;
  /** Resolves when the text, and all before it, is written or dropped; never rejects. */
  write(text: string): Promise<void>;
}

export interface InputStream {
  readonly isTTY: boolean;
  /** Reads to the end of the input. */
  readAll(): Promise<Buffer>;
  /** One line as an answer; `undefined` at the end of the input, or once `signal` is aborted. */
  readLine(signal: AbortSignal): Promise<string | undefined>;
}
