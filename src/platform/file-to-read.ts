import { closeSync, constants, fstatSync, openSync, readSync, type Stats, statfsSync } from "node:fs";
import { operatingSystem } from "./operating-system";
import { mustBeReadable } from "./regular-file";

/** An open regular file. Its bytes stay readable if another file takes its name. */
export interface FileToRead {
  /** Bytes when it was opened. */
  readonly length: number;
  /** See `idOf`. */
  readonly id?: string | undefined;
  /** Fills the buffer with the bytes from an offset on, and returns their number: fewer at the end of the file. */
  read(into: Buffer, offset: number): number;
  close(): void;
}

/**
 * Types of file systems (statfs) that keep a replaced file until it is closed, whoever replaces it: ext, XFS, Btrfs,
 * tmpfs, overlayfs, ZFS, F2FS. A server of NFS or SMB does not know which files its clients have open.
 */
const KEEP_REPLACED: ReadonlySet<number> = new Set([
  ...[0xef53, 0x58465342, 0x9123683e, 0x01021994, 0x794c7630, 0x2fc12fc1, 0xf2f52010],
]);

/** `undefined` if the file may become unreadable when another one takes its name. */
export async function openToRead(path: string, largestBytes: number): Promise<FileToRead | undefined> {
  // On Windows an open file also keeps others from taking its name.
  if (operatingSystem !== "linux" || !KEEP_REPLACED.has(statfsSync(path).type)) return undefined;
  const file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const status = fstatSync(file);
    mustBeReadable(status, path, largestBytes);
    return new OpenFile(file, status);
  } catch (error) {
    closeSync(file);
    throw error;
  }
}

/**
 * Identifies a file while it exists. Two files may share an ID only if their numbers are so large that they are rounded,
 * as some on Windows are. `undefined` if the file system has no such number.
 */
export function idOf({ dev, ino }: Stats): string | undefined {
  return ino === 0 ? undefined : `${dev}-${ino}`;
}

class OpenFile implements FileToRead {
  #file: number | undefined;
  readonly length: number;
  readonly id: string | undefined;

  constructor(file: number, status: Stats) {
    this.#file = file;
    this.length = status.size;
    this.id = idOf(status);
  }

  read(into: Buffer, offset: number): number {
    // Another file may have the number of a closed one.
    if (this.#file === undefined) throw new Error("a file was read after it was closed");
    let read = 0;
    while (read < into.length) {
      const bytes = readSync(this.#file, into, read, into.length - read, offset + read);
      if (bytes === 0) break;
      read += bytes;
    }
    return read;
  }

  close(): void {
    if (this.#file !== undefined) closeSync(this.#file);
    this.#file = undefined;
  }
}
