import { constants, fstatSync, openSync, statSync, writeSync } from "node:fs";
import type { WriteStream } from "node:tty";
import { errorCode } from "../platform/error-code";
import type { TextStream } from "./io";

/**
 * The output stream of a descriptor. Node's own stream is opened only if needed, as for a terminal: for it, Node
 * loads its network modules, which takes as long as a short command.
 */
export function textStream(fd: number, open: () => WriteStream): TextStream {
  let closed = false;
  let fault: string | undefined;
  const onError = (error: unknown) => {
    closed = true;
    const code = errorCode(error) ?? "EIO";
    if (!isTerminal() && !READER_GONE.has(code)) fault ??= code;
  };
  let direct = withoutStream(fd);
  let opened: WriteStream | undefined;
  const stream = () => {
    // Without a listener, a closed pipe (`| head -1`) would end the process in the middle of an apply.
    opened ??= open().on("error", onError);
    return opened;
  };
  const isTerminal = () => direct === undefined && stream().isTTY === true;
  if (direct === undefined && !isTerminal()) direct = deviceOf(stream());
  return {
    get isTTY() {
      return isTerminal();
    },
    get columns() {
      return direct === undefined ? stream().columns : undefined;
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
        let left = Buffer.from(text);
        try {
          if (direct !== undefined) left = left.subarray(writeAll(direct, left));
        } catch (error) {
          onError(error);
          return resolve();
        }
        if (left.length === 0 && direct !== undefined) return resolve();
        // The reader of a pipe is slower: later writes wait in order.
        direct = undefined;
        stream().write(left, (error) => {
          if (error) onError(error);
          resolve();
        });
      }),
  };
}

const NULL_DEVICE = process.platform === "win32" ? "\\\\.\\nul" : "/dev/null";
const READER_GONE = new Set(["EPIPE", "ECONNRESET", "ERR_STREAM_DESTROYED"]);

/**
 * A descriptor to write to without a stream. A file: Node's stream calls `write` once for each text, and loses the
 * rest if the disk becomes full. The null device. On Linux a pipe, opened again so that a write never blocks.
 */
function withoutStream(fd: number): number | undefined {
  try {
    const status = fstatSync(fd);
    if (status.isFile()) return fd;
    if (status.isCharacterDevice()) return status.rdev === statSync(NULL_DEVICE).rdev ? fd : undefined;
    if (!status.isFIFO() || process.platform !== "linux") return undefined;
    return openSync(`/proc/self/fd/${fd}`, constants.O_WRONLY | constants.O_NONBLOCK);
  } catch {
    return undefined;
  }
}

/** The descriptor of a device other than a terminal, which can be full like a file. */
function deviceOf(stream: WriteStream): number | undefined {
  const { fd } = stream as { readonly fd?: unknown };
  try {
    return typeof fd === "number" && fstatSync(fd).isCharacterDevice() ? fd : undefined;
  } catch {
    return undefined;
  }
}

/** Returns the number of bytes written: all, unless a pipe is full. */
function writeAll(fd: number, bytes: Buffer): number {
  let written = 0;
  while (written < bytes.length) {
    try {
      written += writeSync(fd, bytes, written);
    } catch (error) {
      if (errorCode(error) !== "EAGAIN") throw error;
      break;
    }
  }
  return written;
}
