import { dirname, join } from "node:path";
import { type DiagnosticError, failure } from "../../model/diagnostic";
import { removeIfThere } from "../../platform/durable-file";
import { fileFault } from "../../platform/file-fault";
import type { FileSystem, OpenFile } from "../../platform/file-system";
import { joinBodies } from "../log/fingerprint-body";
import { entryToHead, type LogHeader } from "../log/log-entry";
import { encodeLine } from "../log/log-line";
import type { SavedPlanRecord } from "../port";
import { LOG_FILE } from "../read-state";
import type { KeptRecord } from "../log/state-contents";

const CHUNK_BYTES = 1 << 20;

/** The log on its device: appended to, or made anew. */
export class LogFile {
  readonly #fileSystem: FileSystem;
  readonly #path: string;
  #handle: OpenFile | undefined;
  /** Bytes up to which the file is whole. */
  #length: number;
  #torn: boolean;

  constructor(fileSystem: FileSystem, folder: string, length: number, torn: boolean) {
    this.#fileSystem = fileSystem;
    this.#path = join(folder, LOG_FILE);
    this.#length = length;
    this.#torn = torn;
  }

  get length(): number {
    return this.#length;
  }

  /** Durable when it resolves. */
  async append(lines: readonly Buffer[]): Promise<void> {
    const bytes = Buffer.concat(lines);
    this.#handle ??= await this.#open();
    await this.#handle.write(bytes);
    await this.#handle.sync();
    this.#length += bytes.length;
  }

  /** Writes a whole new log beside the old one, durably; `install` puts it in the old one's place. */
  async draft(
    header: LogHeader,
    {
      records,
      plans,
    }: { readonly records: readonly KeptRecord[]; readonly plans: readonly SavedPlanRecord[] },
    onRecord: (from: KeptRecord, to: KeptRecord) => void,
  ): Promise<number> {
    await removeIfThere(this.#fileSystem, this.#draftPath);
    const file = await this.#fileSystem.open(this.#draftPath, "wx", 0o600);
    let written = 0;
    let waiting = [header, ...plans.map((plan) => planHead(plan, header.serial))].map((head) =>
      encodeLine(head),
    );
    let waitingBytes = 0;
    const write = async () => {
      const chunk = Buffer.concat(waiting);
      await file.write(chunk);
      written += chunk.length;
      waiting = [];
      waitingBytes = 0;
    };
    try {
      for (const kept of records) {
        const { line, rewritten } = rewriteRecord(kept, header.serial);
        onRecord(kept, rewritten);
        waiting.push(line);
        waitingBytes += line.length;
        if (waitingBytes >= CHUNK_BYTES) await write();
      }
      await write();
      await file.sync();
    } finally {
      await file.close();
    }
    return written;
  }

  /** From here on the draft is the log. */
  async install(length: number): Promise<void> {
    await this.#fileSystem.rename(this.#draftPath, this.#path);
    await this.#fileSystem.syncFolder(dirname(this.#path));
    await this.close();
    this.#length = length;
    this.#torn = false;
  }

  async close(): Promise<void> {
    const handle = this.#handle;
    this.#handle = undefined;
    await handle?.close();
  }

  get #draftPath(): string {
    return `${this.#path}.new`;
  }

  async #open(): Promise<OpenFile> {
    const { size } = await this.#fileSystem.lstat(this.#path);
    if (!this.#torn && size !== this.#length) throw changedMeanwhile(this.#path);
    // The run that made the file may have ended before its name was durable; what is appended would go with the name.
    await this.#fileSystem.syncFolder(dirname(this.#path));
    const handle = await this.#fileSystem.open(this.#path, "a", 0o600);
    if (this.#torn) {
      // Synced before anything is appended, so that no crash leaves new lines behind old debris.
      await handle.truncate(this.#length);
      await handle.sync();
      this.#torn = false;
    }
    return handle;
  }
}

/** The failure that ends all writing of a run. */
export function unwritableLog(folder: string, error: unknown): DiagnosticError {
  return failure(
    {
      code: "state-unwritable",
      summary: `the state in ${folder} cannot be written: ${fileFault(error)}`,
      remedy:
        "fix the cause and run the command again: what was not recorded is observed and planned once more",
    },
    { cause: error },
  );
}

function planHead(plan: SavedPlanRecord, serial: number): object {
  return entryToHead({ op: "plan", serial, plan });
}

function rewriteRecord(kept: KeptRecord, serial: number): { line: Buffer; rewritten: KeptRecord } {
  const { record } = kept;
  if (record.kind !== "agent") {
    const line = encodeLine(entryToHead({ op: "put", serial, record }));
    return { line, rewritten: { ...kept, liveBytes: line.length } };
  }
  const [only, ...more] = kept.bodies;
  const body = only !== undefined && more.length === 0 ? only : joinBodies(kept.bodies);
  const line = encodeLine(entryToHead({ op: "patch", serial, record }), body);
  return { line, rewritten: { record, bodies: [body], liveBytes: line.length } };
}

function changedMeanwhile(path: string): DiagnosticError {
  return failure({
    code: "state-unwritable",
    summary: `${path} was changed by something else while this run held its lock`,
    remedy: "make sure that no other run is at work, then run the command again",
  });
}
