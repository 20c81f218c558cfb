import { createInterface } from "node:readline";
import type { InputStream, Io, StopSignal } from "./io";
import { textStream } from "./text-stream";

/** The `Io` of this process, which works in the folder `cwd`. */
export function processIo(cwd: string): Io {
  return {
    env: process.env,
    cwd,
    runtime: { node: process.versions.node, platform: `${process.platform}-${process.arch}` },
    stdin: inputStream(() => process.stdin),
    stdout: textStream(1, () => process.stdout),
    stderr: textStream(2, () => process.stderr),
    now: () => Date.now(),
    onStop,
    exitNow: (code) => process.exit(code),
  };
}

function onStop(stopped: (signal: StopSignal) => void): () => void {
  let signals = 0;
  const stop = (signal: NodeJS.Signals) => {
    signals += 1;
    stopped(signal as StopSignal);
  };
  // A dropped session sends SIGHUP more than once, which is not a second Ctrl-C.
  const hangUp = () => {
    if (signals === 0) stop("SIGHUP");
  };
  process.on("SIGINT", stop).on("SIGTERM", stop).on("SIGHUP", hangUp);
  return () => process.off("SIGINT", stop).off("SIGTERM", stop).off("SIGHUP", hangUp);
}

/** Opens standard input on demand: few commands need it, and opening it takes Node a while. */
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
