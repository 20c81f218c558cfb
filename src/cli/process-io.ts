import { createInterface } from "node:readline";
import type { WriteStream } from "node:tty";
import type { InputStream, Io, TextStream } from "./io";

/** This process as the command line's surroundings. */
export function processIo(): Io {
  return {
    env: process.env,
    cwd: process.cwd(),
    stdin: inputStream(process.stdin),
    stdout: textStream(process.stdout),
    stderr: textStream(process.stderr),
    now: () => Date.now(),
    onStop: (stopped) => {
      process.on("SIGINT", stopped).on("SIGTERM", stopped);
      return () => process.off("SIGINT", stopped).off("SIGTERM", stopped);
    },
    exitNow: (code) => process.exit(code),
  };
}

export function textStream(stream: WriteStream): TextStream {
  let closed = false;
  // Without a listener, a reader that has gone (`| head -1`) would end the process in the middle of an apply.
  stream.on("error", () => {
    closed = true;
  });
  return {
    isTTY: stream.isTTY === true,
    get columns() {
      return stream.columns;
    },
    get closed() {
      return closed;
    },
    write: (text) =>
      new Promise((resolve) => {
        if (closed) return resolve();
        stream.write(text, (error) => {
          if (error) closed = true;
          resolve();
        });
      }),
  };
}

export function inputStream(stream: NodeJS.ReadStream): InputStream {
  return {
    isTTY: stream.isTTY === true,
    readAll: async () => {
      const chunks: Buffer[] = [];
      for await (const chunk of stream) chunks.push(Buffer.from(chunk));
      return Buffer.concat(chunks);
    },
    // `terminal: false` leaves the terminal in its cooked mode, so that Ctrl-C stays a signal.
    readLine: (signal) =>
      new Promise((resolve) => {
        const lines = createInterface({ input: stream, terminal: false });
        let answer: string | undefined;
        const stop = () => lines.close();
        signal.addEventListener("abort", stop, { once: true });
        lines.once("line", (line) => {
          answer = line;
          lines.close();
        });
        lines.once("close", () => {
          signal.removeEventListener("abort", stop);
          stream.pause();
          resolve(answer);
        });
        if (signal.aborted) lines.close();
      }),
  };
}
