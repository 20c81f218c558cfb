import { fstatSync, writeFileSync } from "node:fs";
import { createInterface } from "node:readline";
import type { WriteStream } from "node:tty";
import { errorCode } from "../platform/file-system";
import type { InputStream, Io, TextStream } from "./io";

/** This process as the command line's surroundings. */
export function processIo(): Io {
  return {
    env: process.env,
    cwd: process.cwd(),
    runtime: { node: process.versions.node, platform: `${process.platform}-${process.arch}` },
    stdin: inputStream(() => process.stdin),
    stdout: textStream(process.stdout),
    stderr: textStream(process.stderr),
    now: () => Date.now(),
    onStop,
    exitNow: (code) => process.exit(code),
  };
}

function onStop(stopped: () => void): () => void {
  let signals = 0;
  const stop = () => {
    signals += 1;
    stopped();
  };
  // A session that drops sends SIGHUP more than once: that is nobody's second Ctrl-C.
  const hangUp = () => {
    if (signals === 0) stop();
  };
  process.on("SIGINT", stop).on("SIGTERM", stop).on("SIGHUP", hangUp);
  return () => process.off("SIGINT", stop).off("SIGTERM", stop).off("SIGHUP", hangUp);
}

export function textStream(stream: WriteStream): TextStream {
  let closed = false;
  let fault: string | undefined;
  const onError = (error: unknown) => {
    closed = true;
    const code = errorCode(error) ?? "EIO";
    if (stream.isTTY !== true && !READER_GONE.has(code)) fault ??= code;
  };
  // Without a listener, a reader that has gone (`| head -1`) would end the process in the middle of an apply.
  stream.on("error", onError);
  const file = fileOf(stream);
  return {
    isTTY: stream.isTTY === true,
    get columns() {
      return stream.columns;
    },
    get closed() {
      return closed;
    },
    get fault() {
      return fault;
    },
    write: (text) =>
      new Promise((resolve) => {
        if (closed) return resolve();
        if (file !== undefined) {
          try {
            writeFileSync(file, text);
          } catch (error) {
            onError(error);
          }
          return resolve();
        }
        stream.write(text, (error) => {
          if (error) onError(error);
          resolve();
        });
      }),
  };
}

const READER_GONE = new Set(["EPIPE", "ECONNRESET", "ERR_STREAM_DESTROYED"]);

/**
 * The descriptor of a stream that leads to a file: Node's own stream calls `write` once for each text, and loses what
 * that leaves over on a disk that has just become full.
 */
function fileOf(stream: WriteStream): number | undefined {
  const { fd, isTTY } = stream as { readonly fd?: unknown; readonly isTTY?: boolean };
  if (typeof fd !== "number" || isTTY === true) return undefined;
  try {
    const status = fstatSync(fd);
    return status.isFile() || status.isCharacterDevice() ? fd : undefined;
  } catch {
    return undefined;
  }
}

/** Standard input is opened when it is asked for: few commands need it, and it takes Node a while. */
export function inputStream(open: () => NodeJS.ReadStream): InputStream {
  let opened: NodeJS.ReadStream | undefined;
  const stream = () => {
    // Reading from a closed terminal fails, and only the reader gets that error.
    opened ??= open().on("error", () => {});
    return opened;
  };
  return {
    get isTTY() {
      return stream().isTTY === true;
    },
    readAll: async () => {
      const chunks: Buffer[] = [];
      for await (const chunk of stream()) chunks.push(Buffer.from(chunk));
      return Buffer.concat(chunks);
    },
    // `terminal: false` leaves the terminal in its cooked mode, so that Ctrl-C stays a signal.
    readLine: (signal) =>
      new Promise((resolve) => {
        const lines = createInterface({ input: stream(), terminal: false });
        let answer: string | undefined;
        const stop = () => lines.close();
        signal.addEventListener("abort", stop, { once: true });
        lines.once("line", (line) => {
          answer = line;
          lines.close();
        });
        lines.once("close", () => {
          signal.removeEventListener("abort", stop);
          stream().pause();
          resolve(answer);
        });
        if (signal.aborted) lines.close();
      }),
  };
}
