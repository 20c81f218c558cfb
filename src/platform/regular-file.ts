import { readFileSync, type Stats, statSync } from "node:fs";

/**
 * Reads a regular file without ever waiting, as a pipe would until somebody writes to it: every start reads such
 * files.
 */
export function readRegularFile(path: string): Buffer {
  mustBeReadable(statSync(path), path, LARGEST_BYTES);
  return readFileSync(path);
}

/** Far larger than any file of this package. */
const LARGEST_BYTES = 64 * 1024 ** 2;

/** Throws, like Node, for anything but a regular file, and for a very large one. Reading a folder fails by itself. */
export function mustBeReadable(status: Stats, path: string, largestBytes: number): void {
  if (!status.isFile() && !status.isDirectory()) throw fault("EFTYPE", path);
  if (status.size > largestBytes) throw fault("EFBIG", path);
}

function fault(code: string, path: string): Error {
  return Object.assign(new Error(`${code}: ${path}`), { code, path });
}
