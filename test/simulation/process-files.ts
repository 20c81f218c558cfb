import type { FileStatus, FileSystem, OpenFile } from "../../src/platform/file-system";
import type { FileToRead } from "../../src/platform/file-to-read";
import { LOG_DRAFTS, LOG_FILE } from "../../src/state/local/names";
import type { FileFault, SimulatedProcess, WaitPlace } from "./machine";

type CallName = keyof FileSystem | "write" | "truncate" | "sync" | "close";

const FITS: Readonly<Record<FileFault["type"], ReadonlySet<CallName>>> = {
  "disk-full": new Set(["open", "write", "makeFolder", "link"]),
  "rename-fails": new Set(["rename", "link"]),
  "sync-fails": new Set(["sync", "syncFolder"]),
  "read-fails": new Set(["readFile", "readFrom", "openToRead", "list", "lstat", "stat"]),
  "unlink-fails": new Set(["unlink"]),
};

const OF_A_DRAFT: ReadonlySet<CallName> = new Set(["unlink", "open", "write", "sync", "close"]);

function placeOf(name: CallName, path: string): WaitPlace {
  if (path.includes(`/${LOG_DRAFTS}`) && OF_A_DRAFT.has(name)) return "draft";
  return FITS["read-fails"].has(name) ? "look" : "other";
}

/** The disk as one process sees it: each call is a wait at which it may die, and may fail. */
export class ProcessFiles implements FileSystem {
  readonly uid: number | undefined;
  readonly #process: SimulatedProcess;
  #fitting = 0;

  constructor(process: SimulatedProcess) {
    this.#process = process;
    this.uid = process.machine.disk.uid;
  }

  readFile(path: string, largestBytes?: number): Promise<Buffer> {
    return this.#call("readFile", path, (disk) => disk.readFile(path, largestBytes));
  }

  readFrom(path: string, offset: number, largestBytes: number): Promise<Buffer> {
    return this.#call("readFrom", path, (disk) => disk.readFrom(path, offset, largestBytes));
  }

  openToRead(path: string): Promise<FileToRead | undefined> {
    return this.#call("openToRead", path, async (disk) => {
      const file = await disk.openToRead(path);
      if (file === undefined) return undefined;
      this.#process.openFiles++;
      return {
        length: file.length,
        id: file.id,
        read: (into, offset) => {
          const fault = this.#fault("openToRead", path);
          if (fault !== undefined) throw this.#failed(fault, path);
          return file.read(into, offset);
        },
        close: () => {
          this.#process.openFiles--;
          file.close();
        },
      };
    });
  }

  open(path: string, flags: "r" | "a" | "wx", mode?: number): Promise<OpenFile> {
    return this.#call("open", path, async (disk) => this.#opened(path, await disk.open(path, flags, mode)));
  }

  rename(from: string, to: string): Promise<void> {
    const { machine } = this.#process;
    // The first log takes no other's place; one under another key does.
    if (to.endsWith(`/${LOG_FILE}`) && machine.disk.peek(to)) machine.onFault("state: its log is rewritten");
    return this.#call("rename", to, (disk) => this.#naming(to, disk.rename(from, to)));
  }

  link(existing: string, path: string): Promise<void> {
    return this.#call("link", path, (disk) => this.#naming(path, disk.link(existing, path)));
  }

  unlink(path: string): Promise<void> {
    return this.#call("unlink", path, (disk) => disk.unlink(path));
  }

  makeFolder(path: string, mode?: number): Promise<void> {
    return this.#call("makeFolder", path, (disk) => disk.makeFolder(path, mode));
  }

  removeFolder(path: string): Promise<void> {
    return this.#call("removeFolder", path, (disk) => disk.removeFolder(path));
  }

  syncFolder(path: string): Promise<void> {
    return this.#call("syncFolder", path, (disk) => disk.syncFolder(path));
  }

  mayWrite(path: string): Promise<void> {
    return this.#call("mayWrite", path, (disk) => disk.mayWrite(path));
  }

  mayExecute(path: string): Promise<void> {
    return this.#call("mayExecute", path, (disk) => disk.mayExecute(path));
  }

  list(path: string): Promise<string[]> {
    return this.#call("list", path, (disk) => disk.list(path));
  }

  lstat(path: string): Promise<FileStatus> {
    return this.#call("lstat", path, (disk) => disk.lstat(path));
  }

  stat(path: string): Promise<FileStatus> {
    return this.#call("stat", path, (disk) => disk.stat(path));
  }

  realpath(path: string): Promise<string> {
    // It changes nothing: who dies here could as well have died at the call before.
    return this.#process.machine.disk.realpath(path);
  }

  #opened(path: string, file: OpenFile): OpenFile {
    const half = (data: Uint8Array) => file.write(data.subarray(0, Math.ceil(data.length / 2)));
    return {
      write: (data) =>
        this.#call(
          "write",
          path,
          () => file.write(data),
          () => half(data),
        ),
      truncate: (length) => this.#call("truncate", path, () => file.truncate(length)),
      sync: () => this.#call("sync", path, () => file.sync()),
      close: () => this.#call("close", path, () => file.close()),
    };
  }

  async #naming(path: string, done: Promise<void>): Promise<void> {
    await done;
    this.#process.machine.written.add(path);
  }

  async #call<T>(
    name: CallName,
    path: string,
    work: (disk: FileSystem) => Promise<T>,
    torn?: () => Promise<void>,
  ): Promise<T> {
    const { machine, options } = this.#process;
    if (options.slowFiles) await machine.time.sleep(machine.chance.int(0, 3));
    const lived = this.#process.alive;
    const waiting = this.#process.wait(placeOf(name, path));
    // A process that is killed in the middle of a write leaves half of it.
    if (lived && this.#process.death === "kill" && machine.chance.percent(50)) await torn?.();
    await waiting;
    const fault = this.#fault(name, path);
    if (fault === undefined) return work(machine.disk);
    await torn?.();
    throw this.#failed(fault, path);
  }

  #failed(fault: FileFault["type"], path: string): Error {
    this.#process.machine.onFault(`disk: ${fault}`);
    const code = fault === "disk-full" ? "ENOSPC" : "EIO";
    return Object.assign(new Error(`${code}: ${path}`), { code });
  }

  #fault(name: CallName, path: string): FileFault["type"] | undefined {
    const { fileFault: fault } = this.#process.options;
    // The desired state is read before anything begins; its loss is no story.
    if (fault === undefined || !FITS[fault.type].has(name) || path.endsWith(".yaml")) return undefined;
    this.#fitting++;
    return this.#fitting >= fault.from && this.#fitting < fault.from + fault.times ? fault.type : undefined;
  }
}
