import { dirname } from "node:path";
import type { FileStatus, FileSystem, OpenFile } from "../../src/platform/file-system";
import type { FileToRead } from "../../src/platform/file-to-read";
import { withoutStackTraces } from "../../src/platform/without-stack-traces";

export interface FileSystemCall {
  /** Counts from 1. */
  readonly number: number;
  readonly name: keyof FileSystem | keyof OpenFile;
  readonly path: string;
}

/** The error of every call from a crash on: the process that asked is no more. */
export class CrashError extends Error {
  override readonly name = "CrashError";
}

interface Inode {
  readonly type: "file" | "symlink" | "other";
  readonly mode: number;
  readonly uid: number;
  content: Buffer;
  /** What a crash certainly leaves. */
  synced: Buffer;
  /** What was done since, in order. */
  unsynced: (Buffer | number)[];
  modifiedMs: number;
  readonly target?: string;
  readonly id: string;
}

/** Who works on it. */
const UID = 1000;

let inodes = 0;
const newId = () => `inode-${++inodes}`;

type Rename = readonly [path: string, inode: Inode | undefined][];

/**
 * A file system in memory that forgets what was not synced. `onCall` decides each call's fate: an error code (a write
 * is then half done), `"crash"`, or nothing. After a crash `survivor` is what the device holds: of each file the synced
 * content and the beginning of what followed, of each folder the synced names and the beginning of what followed.
 * Simplified: folders themselves are durable at once.
 */
export class MemoryFileSystem implements FileSystem {
  readonly uid: number | undefined = UID;
  calls = 0;
  crashed = false;
  onCall: (call: FileSystemCall) => string | undefined = () => undefined;
  readonly #names: Map<string, Inode>;
  readonly #durableNames: Map<string, Inode>;
  readonly #folders: Map<string, number>;
  readonly #unsyncedNames = new Map<string, Rename[]>();
  readonly #random: () => number;
  readonly #now: () => number;

  constructor(options: { random?: () => number; now?: () => number } = {}, from?: MemoryFileSystem) {
    this.#random = options.random ?? (() => 0.5);
    this.#now = options.now ?? (() => 0);
    this.#folders = new Map(from?.foldersAndModes() ?? [["/", 0o755]]);
    this.#names = new Map(from?.namesAfterCrash());
    this.#durableNames = new Map(this.#names);
  }

  foldersAndModes(): Iterable<[string, number]> {
    return this.#folders;
  }

  /** Whether a crash now would lose nothing. */
  get isDurable(): boolean {
    if (this.#unsyncedNames.size > 0) return false;
    return [...this.#names.values()].every(({ unsynced }) => unsynced.length === 0);
  }

  /** The device after the crash. */
  survivor(): MemoryFileSystem {
    return new MemoryFileSystem({ random: this.#random, now: this.#now }, this);
  }

  *namesAfterCrash(): Iterable<[string, Inode]> {
    const names = new Map(this.#durableNames);
    for (const renames of this.#unsyncedNames.values()) {
      for (const rename of renames.slice(0, this.#upTo(renames.length))) assign(names, rename);
    }
    for (const [path, inode] of names) {
      const content = this.#contentAfterCrash(inode);
      yield [path, { ...inode, content, synced: content, unsynced: [] }];
    }
  }

  /** Puts a file there, durably, without a call. */
  place(
    path: string,
    content: string | Buffer,
    more: Partial<Pick<Inode, "type" | "mode" | "target" | "uid">> = {},
  ): void {
    for (let folder = dirname(path); !this.#folders.has(folder); folder = dirname(folder))
      this.#folders.set(folder, 0o755);
    const bytes = Buffer.from(content);
    const inode: Inode = {
      type: "file",
      mode: 0o644,
      uid: UID,
      content: bytes,
      synced: bytes,
      unsynced: [],
      modifiedMs: this.#now(),
      id: newId(),
      ...more,
    };
    this.#names.set(path, inode);
    this.#durableNames.set(path, inode);
  }

  /** A file's present content without a call; `undefined` when there is none. */
  peek(path: string): Buffer | undefined {
    return this.#names.get(path)?.content;
  }

  paths(): string[] {
    return [...this.#names.keys()].sort();
  }

  readFile(path: string, largestBytes = Number.POSITIVE_INFINITY): Promise<Buffer> {
    return this.#call("readFile", path, () => {
      const { content } = this.#file(path);
      if (content.length > largestBytes) throw fault("EFBIG", path);
      return Buffer.from(content);
    });
  }

  readFrom(path: string, offset: number, largestBytes: number): Promise<Buffer> {
    return this.#call("readFrom", path, () =>
      Buffer.from(this.#file(path).content.subarray(offset, offset + largestBytes)),
    );
  }

  openToRead(path: string): Promise<FileToRead | undefined> {
    return this.#call("openToRead", path, () => {
      const file = this.#file(path);
      let isOpen = true;
      return {
        length: file.content.length,
        id: file.id,
        read: (into, offset) => {
          if (!isOpen) throw new Error("a file was read after it was closed");
          return file.content.copy(into, 0, offset);
        },
        close: () => {
          isOpen = false;
        },
      };
    });
  }

  open(path: string, flags: "r" | "a" | "wx", mode = 0o644): Promise<OpenFile> {
    return this.#call("open", path, () => {
      this.#checkParent(path);
      const found = this.#names.get(path);
      if (flags === "wx" && (found !== undefined || this.#folders.has(path))) throw fault("EEXIST", path);
      if (this.#folders.has(path)) throw fault("EISDIR", path);
      if (found !== undefined || flags === "r") return this.#opened(path, this.#file(path));
      const empty = Buffer.alloc(0);
      const inode: Inode = {
        type: "file",
        mode,
        uid: UID,
        content: empty,
        synced: empty,
        unsynced: [],
        modifiedMs: this.#now(),
        id: newId(),
      };
      this.#rename([[path, inode]]);
      return this.#opened(path, inode);
    });
  }

  rename(from: string, to: string): Promise<void> {
    return this.#call("rename", to, () => {
      const inode = this.#names.get(from);
      if (inode === undefined) throw fault("ENOENT", from);
      if (this.#folders.has(to)) throw fault("EISDIR", to);
      this.#rename([
        [from, undefined],
        [to, inode],
      ]);
    });
  }

  link(existing: string, path: string): Promise<void> {
    return this.#call("link", path, () => {
      const inode = this.#names.get(existing);
      if (inode === undefined) throw fault("ENOENT", existing);
      if (this.#names.has(path) || this.#folders.has(path)) throw fault("EEXIST", path);
      this.#rename([[path, inode]]);
    });
  }

  unlink(path: string): Promise<void> {
    return this.#call("unlink", path, () => {
      if (!this.#names.has(path)) throw fault("ENOENT", path);
      this.#rename([[path, undefined]]);
    });
  }

  makeFolder(path: string, mode = 0o755): Promise<void> {
    return this.#call("makeFolder", path, () => {
      for (let folder = path; !this.#folders.has(folder); folder = dirname(folder)) {
        if (this.#names.has(folder)) throw fault(folder === path ? "EEXIST" : "ENOTDIR", folder);
        this.#folders.set(folder, mode);
      }
    });
  }

  removeFolder(path: string): Promise<void> {
    return this.#call("removeFolder", path, () => {
      if (!this.#folders.has(path)) throw fault("ENOENT", path);
      if (this.#namesIn(path).length > 0) throw fault("ENOTEMPTY", path);
      this.#folders.delete(path);
    });
  }

  syncFolder(path: string): Promise<void> {
    return this.#call("syncFolder", path, () => {
      if (!this.#folders.has(path)) throw fault("ENOENT", path);
      for (const rename of this.#unsyncedNames.get(path) ?? []) assign(this.#durableNames, rename);
      this.#unsyncedNames.delete(path);
    });
  }

  mayWrite(path: string): Promise<void> {
    return this.#call("mayWrite", path, () => {
      if (!this.#folders.has(path)) throw fault("ENOENT", path);
    });
  }

  mayExecute(path: string): Promise<void> {
    return this.#call("mayExecute", path, () => {
      if ((this.#status(this.#names.get(path)?.target ?? path).mode & 0o111) === 0)
        throw fault("EACCES", path);
    });
  }

  list(path: string): Promise<string[]> {
    return this.#call("list", path, () => {
      if (!this.#folders.has(path)) throw fault("ENOENT", path);
      return this.#namesIn(path);
    });
  }

  lstat(path: string): Promise<FileStatus> {
    return this.#call("lstat", path, () => this.#status(path));
  }

  stat(path: string): Promise<FileStatus> {
    return this.#call("stat", path, () => this.#status(this.#names.get(path)?.target ?? path));
  }

  realpath(path: string): Promise<string> {
    return this.#call("realpath", path, () => {
      this.#status(path);
      return this.#names.get(path)?.target ?? path;
    });
  }

  #namesIn(folder: string): string[] {
    const start = folder === "/" ? folder : `${folder}/`;
    const names: string[] = [];
    for (const all of [this.#names, this.#folders])
      for (const path of all.keys())
        if (path.length > start.length && path.startsWith(start) && path.indexOf("/", start.length) === -1)
          names.push(path.slice(start.length));
    return names.sort();
  }

  #opened(path: string, inode: Inode): OpenFile {
    return {
      write: (data) =>
        this.#call("write", path, (share) => {
          const bytes = Buffer.from(data).subarray(0, Math.ceil(data.length * share));
          inode.content = Buffer.concat([inode.content, bytes]);
          inode.unsynced.push(bytes);
          inode.modifiedMs = this.#now();
        }),
      truncate: (length) =>
        this.#call("truncate", path, () => {
          inode.content = resized(inode.content, length);
          inode.unsynced.push(length);
        }),
      sync: () =>
        this.#call("sync", path, () => {
          inode.synced = inode.content;
          inode.unsynced = [];
        }),
      close: () => this.#call("close", path, () => undefined),
    };
  }

  /** One call. `share` is what part of its work a write gets done. */
  async #call<T>(name: FileSystemCall["name"], path: string, work: (share: number) => T): Promise<T> {
    await Promise.resolve();
    if (this.crashed) throw new CrashError("the process has crashed");
    this.calls++;
    const fate = this.onCall({ number: this.calls, name, path });
    if (fate === undefined) return work(1);
    if (fate !== "crash") {
      if (name === "write") work(0.5);
      throw fault(fate, path);
    }
    this.crashed = true;
    if (this.#random() < 0.5) {
      try {
        work(1);
      } catch {
        // The call would have failed: then it did nothing before the crash either.
      }
    }
    throw new CrashError("the process has crashed");
  }

  #rename(rename: Rename): void {
    assign(this.#names, rename);
    const folder = dirname(rename[0]?.[0] ?? "/");
    this.#unsyncedNames.set(folder, [...(this.#unsyncedNames.get(folder) ?? []), rename]);
  }

  #file(path: string): Inode {
    const inode = this.#names.get(this.#names.get(path)?.target ?? path);
    if (inode !== undefined) return inode;
    if (this.#folders.has(path)) throw fault("EISDIR", path);
    this.#checkParent(path);
    throw fault("ENOENT", path);
  }

  #status(path: string): FileStatus {
    const mode = this.#folders.get(path);
    if (mode !== undefined) return { type: "folder", size: 0, modifiedMs: 0, mode, uid: UID, links: 1 };
    const inode = this.#names.get(path);
    if (inode !== undefined) {
      const { type, content, modifiedMs, mode, uid, id } = inode;
      let links = 0;
      for (const each of this.#names.values()) if (each === inode) links++;
      return { type, size: content.length, modifiedMs, mode, uid, links, id };
    }
    this.#checkParent(path);
    throw fault("ENOENT", path);
  }

  #checkParent(path: string): void {
    for (let folder = dirname(path); !this.#folders.has(folder); folder = dirname(folder)) {
      if (this.#names.has(folder)) throw fault("ENOTDIR", path);
    }
    if (!this.#folders.has(dirname(path))) throw fault("ENOENT", path);
  }

  #contentAfterCrash(inode: Inode): Buffer {
    const done = this.#upTo(inode.unsynced.length);
    const content = inode.unsynced.slice(0, done).reduce<Buffer>(changed, inode.synced);
    const next = inode.unsynced[done];
    if (next === undefined || typeof next === "number") return content;
    const torn = changed(content, next.subarray(0, this.#upTo(next.length)));
    // The length may get to the device before the content does.
    return this.#random() < 0.3 ? resized(torn, content.length + next.length) : torn;
  }

  #upTo(limit: number): number {
    return Math.floor(this.#random() * (limit + 1));
  }
}

/** Draws the same numbers again for the same seed. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

function assign(names: Map<string, Inode>, rename: Rename): void {
  for (const [path, inode] of rename) {
    if (inode === undefined) names.delete(path);
    else names.set(path, inode);
  }
}

function changed(content: Buffer, change: Buffer | number): Buffer {
  return typeof change === "number" ? resized(content, change) : Buffer.concat([content, change]);
}

function resized(content: Buffer, length: number): Buffer {
  return Buffer.concat([content], length);
}

function fault(code: string, path: string): Error {
  return withoutStackTraces(() => Object.assign(new Error(`${code}: ${path}`), { code }));
}
