import {
  closeSync,
  constants,
  promises as fs,
  fstatSync,
  lstatSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  realpathSync,
  statSync,
} from "node:fs";
import { dirname } from "node:path";
import { errorCode } from "./error-code";
import { type FileToRead, idOf, openToRead } from "./file-to-read";
import { mustBeReadable } from "./regular-file";

/**
 * The file system, injected so that a test can stop between any two calls. It has only what state, secrets and
 * configuration need; errors are Node's, with their `code`.
 */
export interface FileSystem {
  /** The user that the process works as; absent where files have no owner and no mode, as on Windows. */
  readonly uid: number | undefined;
  /**
   * Reads only a regular file (else EFTYPE) of at most `largestBytes`, 1 GiB by default (else EFBIG): a pipe or a
   * device may never end.
   */
  readFile(path: string, largestBytes?: number): Promise<Buffer>;
  /** The bytes of a regular file from an offset on, at most `largestBytes`. */
  readFrom(path: string, offset: number, largestBytes: number): Promise<Buffer>;
  /**
   * Opens a file that `readFile` would read, for synchronous reads of its parts. `undefined` if its file system may
   * take the bytes away when another file takes the name.
   */
  openToRead(path: string): Promise<FileToRead | undefined>;
  /** `r` reads; `a` appends and creates; `wx` creates and fails with EEXIST. New files get `mode`. */
  open(path: string, flags: "r" | "a" | "wx", mode?: number): Promise<OpenFile>;
  rename(from: string, to: string): Promise<void>;
  /** Gives a file a second name; fails with EEXIST where that name is taken. */
  link(existing: string, path: string): Promise<void>;
  unlink(path: string): Promise<void>;
  /** With its parents; an existing folder is fine. */
  makeFolder(path: string, mode?: number): Promise<void>;
  /** Fails with ENOTEMPTY or EEXIST if it is not empty. */
  removeFolder(path: string): Promise<void>;
  /** Makes renames, creations and removals in a folder durable, as far as its file system can. */
  syncFolder(path: string): Promise<void>;
  /** Rejects with the reason if the folder is not writable. It does not write to find out. */
  mayWrite(folder: string): Promise<void>;
  /** Rejects with the reason if this user may not execute the file, or if its file system forbids it. */
  mayExecute(path: string): Promise<void>;
  /** Names in the folder, sorted. */
  list(path: string): Promise<string[]>;
  /** Follows no symlink. */
  lstat(path: string): Promise<FileStatus>;
  /** Follows symlinks. */
  stat(path: string): Promise<FileStatus>;
  /** The same file or folder by its absolute path without symlinks, in the case that the file system keeps. */
  realpath(path: string): Promise<string>;
}

export interface OpenFile {
  write(data: Uint8Array): Promise<void>;
  truncate(length: number): Promise<void>;
  sync(): Promise<void>;
  close(): Promise<void>;
}

export interface FileStatus {
  readonly type: "file" | "folder" | "symlink" | "other";
  readonly size: number;
  readonly modifiedMs: number;
  readonly mode: number;
  /** The owner. */
  readonly uid: number;
  /** Number of its names: more than one with hard links. */
  readonly links: number;
  /** See `idOf`. */
  readonly id?: string | undefined;
}

/**
 * Errors of file systems without fsync of folders: shares over SMB, vboxsf, 9p and some FUSE ones. A rename is as
 * durable there as it can be. Any other error, such as EIO, is a failure.
 */
const CANNOT_SYNC_FOLDERS: ReadonlySet<string> = new Set(["EINVAL", "ENOTSUP", "EOPNOTSUPP", "ENOSYS"]);

export const nodeFileSystem: FileSystem = {
  uid: process.geteuid?.(),
  readFile: readRegularFile,
  readFrom,
  openToRead: (path) => openToRead(path, LARGEST_BYTES),
  open: async (path, flags, mode) => {
    const handle = await fs.open(path, flags, mode);
    return {
      // `writeFile` on a handle goes on until every byte is written; `write` may stop short.
      write: (data) => handle.appendFile(data),
      truncate: (length) => handle.truncate(length),
      sync: () => handle.sync(),
      close: () => handle.close(),
    };
  },
  rename: (from, to) => fs.rename(from, to),
  link: (existing, path) => fs.link(existing, path),
  unlink: (path) => fs.unlink(path),
  makeFolder,
  removeFolder: (path) => fs.rmdir(path),
  syncFolder: async (path) => {
    // Windows cannot open a folder; its renames are durable without fsync.
    if (process.platform === "win32") return;
    const handle = await fs.open(path, "r");
    try {
      await handle.sync();
    } catch (error) {
      if (!CANNOT_SYNC_FOLDERS.has(errorCode(error) ?? "")) throw error;
    } finally {
      await handle.close();
    }
  },
  mayWrite: (folder) => fs.access(folder, constants.W_OK | constants.X_OK),
  mayExecute: (path) => fs.access(path, constants.X_OK),
  // Calls that take no longer than Node needs to pass them to another thread are made synchronously.
  list: async (path) => readdirSync(path).sort(),
  lstat: async (path) => toStatus(lstatSync(path)),
  stat: async (path) => toStatus(statSync(path)),
  realpath: async (path) => realpathSync.native(path),
};

/** Not Node's `recursive`, which never ends on a file system that always reports a missing parent, as /proc does. */
async function makeFolder(path: string, mode?: number): Promise<void> {
  try {
    await fs.mkdir(path, mode);
  } catch (error) {
    if (errorCode(error) === "EEXIST" && (await fs.stat(path)).isDirectory()) return;
    if (errorCode(error) !== "ENOENT" || dirname(path) === path) throw error;
    await makeFolder(dirname(path), mode);
    await fs.mkdir(path, mode);
  }
}

const LARGEST_BYTES = 1024 ** 3;
/** More than any PEM file, key or lock has, and little enough to read the wrong file by mistake. */
export const LARGEST_SMALL_FILE = 1024 ** 2;

/** Opens without blocking: otherwise opening a pipe would wait for its other end, and no signal could end that. */
async function readRegularFile(path: string, largestBytes = LARGEST_BYTES): Promise<Buffer> {
  const fd = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  try {
    const status = fstatSync(fd);
    mustBeReadable(status, path, largestBytes);
    return readWhole(fd, status.size) ?? readFileSync(fd);
  } finally {
    closeSync(fd);
  }
}

/** Saves the calls that `readFileSync` needs to learn the size. Returns `undefined` if the file has another one by now. */
function readWhole(fd: number, size: number): Buffer | undefined {
  const bytes = Buffer.allocUnsafe(size);
  return size > 0 && readSync(fd, bytes, 0, size, 0) === size ? bytes : undefined;
}

async function readFrom(path: string, offset: number, largestBytes: number): Promise<Buffer> {
  const handle = await fs.open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  try {
    const status = await handle.stat();
    mustBeReadable(status, path, Number.POSITIVE_INFINITY);
    const bytes = Buffer.alloc(Math.max(0, Math.min(status.size - offset, largestBytes)));
    let read = 0;
    while (read < bytes.length) {
      const { bytesRead } = await handle.read(bytes, read, bytes.length - read, offset + read);
      if (bytesRead === 0) break;
      read += bytesRead;
    }
    return bytes.subarray(0, read);
  } finally {
    await handle.close();
  }
}

function toStatus(stats: import("node:fs").Stats): FileStatus {
  const type = stats.isFile()
    ? "file"
    : stats.isDirectory()
      ? "folder"
      : stats.isSymbolicLink()
        ? "symlink"
        : "other";
  const { size, mtimeMs: modifiedMs, uid, nlink: links } = stats;
  return { type, size, modifiedMs, mode: stats.mode & 0o777, uid, links, id: idOf(stats) };
}
