import { dirname, join } from "node:path";
import { type DiagnosticError, failure } from "../../model/diagnostic";
import { removeIfThere } from "../../platform/durable-file";
import type { FileSystem, OpenFile } from "../../platform/file-system";
import type { PartitionLog } from "../storage";
import { draftOfLog } from "./names";

const CHUNK_BYTES = 1 << 20;

/** The log as a run found it. */
interface FoundLog {
  /** Bytes of the complete part. If it is `torn`, an incomplete write follows. */
  readonly length: number;
  readonly torn: boolean;
  /** The file's ID, if it is known. */
  readonly id?: string | undefined;
}

/** The log file, which can be appended to or replaced. */
export class LogFile implements PartitionLog {
  readonly #fileSystem: FileSystem;
  readonly #path: string;
  readonly #draftPath: string;
  #handle: OpenFile | undefined;
  /** Length of the complete part, in bytes. */
  #length: number;
  #torn: boolean;
  /** Another file of the same length has another one. Absent before the first append, unless the log was opened. */
  #id: string | undefined;

  /** `lockId` names the lock under which the log is written. */
  constructor(fileSystem: FileSystem, path: string, lockId: string, { length, torn, id }: FoundLog) {
    this.#fileSystem = fileSystem;
    this.#path = path;
    this.#draftPath = join(dirname(path), draftOfLog(lockId));
    this.#length = length;
    this.#torn = torn;
    this.#id = id;
  }

  get length(): number {
    return this.#length;
  }

  /** Durable when it resolves. */
  async append(lines: readonly Buffer[]): Promise<void> {
    const bytes = Buffer.concat(lines);
    // Before the lines, too: a log that somebody has restored is not damaged by them.
    if (this.#handle !== undefined) await this.#requireUnchanged();
    this.#handle ??= await this.#open();
    await this.#handle.write(bytes);
    await this.#handle.sync();
    this.#length += bytes.length;
    await this.#requireUnchanged();
  }

  /** A handle still writes to a file that was renamed, deleted or cut, where no run would find the lines. */
  async #requireUnchanged(): Promise<void> {
    const { size, id } = await this.#fileSystem.stat(this.#path);
    if (size !== this.#length || id !== this.#id) throw changedMeanwhile(this.#path);
  }

  /** Writes the new log beside the old one. */
  async draft(lines: Iterable<Buffer>): Promise<number> {
    await removeIfThere(this.#fileSystem, this.#draftPath);
    const file = await this.#fileSystem.open(this.#draftPath, "wx", 0o600);
    let written = 0;
    let waiting: Buffer[] = [];
    let waitingBytes = 0;
    const write = async () => {
      const chunk = Buffer.concat(waiting);
      await file.write(chunk);
      written += chunk.length;
      waiting = [];
      waitingBytes = 0;
    };
    try {
      for (const line of lines) {
        waiting.push(line);
        waitingBytes += line.length;
        if (waitingBytes >= CHUNK_BYTES) await write();
      }
      await write();
      await file.sync();
    } catch (error) {
      // A disk that is full needs its space for the lines that are appended instead.
      await removeIfThere(this.#fileSystem, this.#draftPath).catch(() => undefined);
      throw error;
    } finally {
      await file.close();
    }
    return written;
  }

  /** Replaces the log by the draft. */
  async install(length: number): Promise<void> {
    await this.#fileSystem.rename(this.#draftPath, this.#path);
    await this.#fileSystem.syncFolder(dirname(this.#path));
    await this.close();
    this.#length = length;
    this.#torn = false;
    this.#id = (await this.#fileSystem.stat(this.#path)).id;
  }

  async close(): Promise<void> {
    const handle = this.#handle;
    this.#handle = undefined;
    await handle?.close();
  }

  async #open(): Promise<OpenFile> {
    const { size, id } = await this.#fileSystem.stat(this.#path);
    const isOther = this.#id !== undefined && id !== this.#id;
    if (isOther || (!this.#torn && size !== this.#length)) throw changedMeanwhile(this.#path);
    this.#id = id;
    // The run that created the file may have ended before its name was durable. A lost name would lose the appended
    // lines too.
    await this.#fileSystem.syncFolder(dirname(this.#path));
    const handle = await this.#fileSystem.open(this.#path, "a", 0o600);
    if (this.#torn) {
      // Synced before the append, so that no crash leaves new lines after old debris.
      await handle.truncate(this.#length);
      await handle.sync();
      this.#torn = false;
    }
    return handle;
  }
}

function changedMeanwhile(path: string): DiagnosticError {
  return failure({
    code: "state-unwritable",
    summary: `${path} was changed by something else while this run held its lock`,
    remedy: "make sure that no other run is active, then run the command again",
  });
}
