import { readFileSync, type Stats, statSync } from "node:fs";

/** Reads a file that every start reads, for which nobody must wait: a pipe has no end until somebody writes to it. */
export function readRegularFile(path: string): Buffer {
  mustBeReadable(statSync(path), path, LARGEST_BYTES);
  return readFileSync(path);
}

/** Far more than any file of this package has. */
const LARGEST_BYTES = 64 * 1024 ** 2;

/** Throws as Node does for what is no regular file, or a very large one. Reading a folder fails by itself. */
export function mustBeReadable(status: Stats, path: string, largestBytes: number): void {
  if (!status.isFile() && !status.isDirectory()) throw fault("EFTYPE", path);
  if (status.size > largestBytes) throw fault("EFBIG", path);
}

function fault(code: string, path: string): Error {
  return Object.assign(new Error(`${code}: ${path}`), { code, path });
}
