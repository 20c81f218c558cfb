import { dirname } from "node:path";
import type { AuditRecord } from "../../model/audit";
import { DiagnosticError } from "../../model/diagnostic";
import { shellCommand } from "../../model/shell-command";
import { makeFolderDurably } from "../../platform/durable-file";
import { errorCode } from "../../platform/error-code";
import { fileFault } from "../../platform/file-fault";
import type { FileSystem, OpenFile } from "../../platform/file-system";
import { realPath } from "../../platform/real-path";
import { acquireLock } from "../../state/local/lock";
import type { LockRequest } from "../../state/storage";
import { portable } from "../inputs/inputs";
import type { Platform } from "../platform";
import { endOfFile } from "./end-of-file";
import { type ChainEnd, linkLine } from "./line";
import { TrailFault, type TrailPlace } from "./trail-place";

/** Readable only by the owner, whatever the umask. */
const FILE_MODE = 0o600;
/** Other runs hold the lock for as long as a few lines take. */
const LOCK_TIMEOUT_MS = 30_000;

/**
 * A file with one chain, which several runs may write at once: each holds the lock `FILE.lock` while it reads the end
 * and appends to it. A partial line of a killed run stays, and the line after it says so.
 */
export class FileTrail implements TrailPlace {
  readonly shown: string;
  readonly #named: string;
  /** The path without symbolic links, so that runs which name the file in different ways take the same lock. */
  #real: Promise<string> | undefined;
  readonly #command: string;
  readonly #platform: Platform;
  /** The file after this run's last write: while its size is the same, it need not be read again. */
  #known: { readonly size: number; readonly end: ChainEnd } | undefined;

  constructor(path: string, command: string, platform: Platform) {
    this.shown = portable(path, platform.cwd);
    this.#named = path;
    this.#command = command;
    this.#platform = platform;
  }

  async append(records: readonly AuditRecord[]): Promise<ChainEnd> {
    const path = await this.#path();
    try {
      const lock = await acquireLock({
        ...this.#lockRequest(),
        folder: `${path}.lock`,
        fileSystem: this.#platform.fileSystem,
        madeFolders: await this.#makeFolders(path),
      });
      try {
        return await this.#add(path, records);
      } finally {
        await lock.release();
      }
    } catch (error) {
      throw faultOf(error, path);
    }
  }

  async prove(): Promise<string> {
    const { fileSystem } = this.#platform;
    const path = await this.#path();
    try {
      const size = await sizeOf(fileSystem, path);
      await fileSystem.mayWrite(await existingFolder(fileSystem, dirname(path)));
      if (size === 0) return `there is no line yet in ${this.shown}; the first run that writes begins it`;
      const { end } = await endOfFile(fileSystem, path, size, () => "");
      return `${end.line} lines in ${this.shown}`;
    } catch (error) {
      throw faultOf(error, path);
    }
  }

  async close(): Promise<void> {}

  #path(): Promise<string> {
    this.#real ??= realPath(this.#platform.fileSystem, this.#named);
    return this.#real;
  }

  /**
   * Without a signal, because changes are recorded also after Ctrl-C. Abandoned locks of killed runs are not
   * reported.
   */
  #lockRequest(): LockRequest {
    const { clock, random, host, user, pid, isProcessAlive, processStart } = this.#platform;
    return {
      ...{ clock, random, host, pid, isProcessAlive, processStart, who: `${user}@${host}` },
      ...{ command: this.#command, lockTimeoutMs: LOCK_TIMEOUT_MS, report: () => {} },
    };
  }

  async #makeFolders(path: string): Promise<readonly string[]> {
    const { fileSystem } = this.#platform;
    // The folder of the trail stays.
    await makeFolderDurably(fileSystem, dirname(path));
    return makeFolderDurably(fileSystem, `${path}.lock`);
  }

  async #add(path: string, records: readonly AuditRecord[]): Promise<ChainEnd> {
    const { fileSystem, random } = this.#platform;
    const size = await sizeOf(fileSystem, path);
    const last =
      this.#known?.size === size
        ? { end: this.#known.end, isTorn: false, needsLineEnd: false }
        : await endOfFile(fileSystem, path, size, () => random.bytes(8).toString("hex"));
    let { end } = last;
    let text = last.needsLineEnd ? "\n" : "";
    for (const record of last.isTorn ? [repairOf(records), ...records] : records) {
      const linked = linkLine(end, record);
      text += `${linked.text}\n`;
      end = linked.end;
    }
    await this.#write(path, Buffer.from(text, "ascii"), size);
    this.#known = { size: size + text.length, end };
    return end;
  }

  async #write(path: string, bytes: Buffer, size: number): Promise<void> {
    const { fileSystem } = this.#platform;
    const file = await fileSystem.open(path, "a", FILE_MODE);
    try {
      await file.write(bytes);
      await file.sync();
    } catch (error) {
      await takeBack(file, size);
      throw error;
    } finally {
      await file.close();
    }
    if (size === 0) await fileSystem.syncFolder(dirname(path));
  }
}

/** 0 for a file that does not exist yet. */
async function sizeOf(fileSystem: FileSystem, path: string): Promise<number> {
  try {
    const { type, size, links } = await fileSystem.stat(path);
    if (type !== "file") throw notAFile(type);
    if (links > 1) throw severalNames(path, links);
    return size;
  } catch (error) {
    if (errorCode(error) !== "ENOENT") throw error;
  }
  const isLink = await fileSystem.lstat(path).then(
    () => true,
    () => false,
  );
  if (isLink)
    throw new TrailFault(
      "it is a symbolic link that leads to no file",
      "remove the link, or make its target",
    );
  return 0;
}

/** Removes a partial line that a full disk left. If that fails, the next run records that it is there. */
async function takeBack(file: OpenFile, size: number): Promise<void> {
  await file.truncate(size).catch(() => undefined);
}

/** The nearest existing folder above. */
async function existingFolder(fileSystem: FileSystem, folder: string): Promise<string> {
  const isThere = await fileSystem.stat(folder).then(
    () => true,
    () => false,
  );
  return isThere || dirname(folder) === folder ? folder : existingFolder(fileSystem, dirname(folder));
}

function repairOf([first]: readonly AuditRecord[]): AuditRecord {
  if (first === undefined) throw new Error("no line to add");
  const { time, run, command, who } = first;
  return { time, run, command, who, event: "trail-repaired" };
}

function notAFile(type: string): TrailFault {
  const what = type === "folder" ? "it is a folder" : "it is a pipe, a device or a socket";
  return new TrailFault(`${what}, and not a file`, "name a file in `audit.file`");
}

/**
 * The error for a file with several names: each name would have its own lock, and runs could write at the same time.
 */
function severalNames(path: string, links: number): TrailFault {
  const copy = `${path}.one-name`;
  const remedy = `give it one: ${shellCommand("cp", "-p", path, copy)} && ${shellCommand("mv", copy, path)}`;
  return new TrailFault(`it has ${links} names, which are hard links`, remedy);
}

function faultOf(error: unknown, path: string): TrailFault {
  if (error instanceof TrailFault) return error;
  if (error instanceof DiagnosticError && error.diagnostics[0]?.code === "state-locked") {
    return new TrailFault(
      "another run holds its lock",
      `wait for that run; if no run uses the trail, remove the folder ${path}.lock`,
      { cause: error },
    );
  }
  const isOfLock = error instanceof DiagnosticError;
  const why = fileFault(isOfLock ? error.cause : error);
  return new TrailFault(
    isOfLock ? `its lock ${path}.lock cannot be taken: ${why}` : why,
    "make room, or make the file and its folder writable, or name another file in `audit.file`",
    { cause: error },
  );
}
