import { dirname } from "node:path";
import { failure } from "../model/diagnostic";
import { errorCode } from "../platform/error-code";
import { fileFault, writeRemedy } from "../platform/file-fault";
import { type FileSystem, nodeFileSystem } from "../platform/file-system";

/** Milliseconds during which changes are collected before they are written. */
const GATHER_MS = 200;

/** Stores a text in a file, replaced atomically: a reader sees the old or the new one. */
export class Persistence {
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> = Promise.resolve();
  #failure: unknown;

  constructor(
    private readonly path: string,
    private readonly makeText: () => string,
    private readonly files: FileSystem = nodeFileSystem,
  ) {}

  /** Schedules a write, which includes all changes until then. */
  touch(): void {
    this.#timer ??= setTimeout(() => this.#write(), GATHER_MS);
  }

  /** Resolves when everything is written. Rejects when a write failed, with a `DiagnosticError`. */
  async flush(): Promise<void> {
    if (this.#timer !== undefined) this.#write();
    await this.#writing;
    if (this.#failure !== undefined) throw this.#failure;
  }

  #write(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#writing = this.#writing
      .then(() => replaceFile(this.files, this.path, this.makeText()))
      .catch((error) => {
        this.#failure ??= errorCode(error) === undefined ? error : unwritable(this.path, error);
      });
  }
}

/**
 * The text of the file, or `undefined` if there is none yet. Rejects with a `DiagnosticError` if it is not a
 * snapshot: the next one would replace it.
 */
export async function readPersisted(path: string): Promise<string | undefined> {
  let text: string;
  try {
    text = (await nodeFileSystem.readFile(path)).toString("utf8");
  } catch (error) {
    if (errorCode(error) === "ENOENT") return undefined;
    throw unusable(`the snapshot ${path} cannot be read: ${fileFault(error)}`, error);
  }
  if (!isJson(text)) throw unusable(`${path} exists and is not a snapshot, so it is not replaced`);
  return text;
}

/** A snapshot is JSON; a world that a person wrote is YAML. */
function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function unusable(summary: string, cause?: unknown): Error {
  const remedy = "give --persist a new name, or that of a file which the simulator wrote";
  return failure({ code: "simulator-world", summary, remedy }, { cause });
}

function unwritable(path: string, cause: unknown): Error {
  const summary = `the world cannot be kept in ${path}: ${fileFault(cause)}`;
  const remedy = writeRemedy(cause, "give --persist a file in a folder that may be written");
  return failure({ code: "simulator-world", summary, remedy }, { cause });
}

async function replaceFile(files: FileSystem, path: string, text: string): Promise<void> {
  const temporary = `${path}.tmp`;
  await files.unlink(temporary).catch(() => {});
  // It holds every secret of the world.
  const file = await files.open(temporary, "wx", 0o600);
  try {
    try {
      await file.write(Buffer.from(text));
      await file.sync();
    } finally {
      await file.close();
    }
    await files.rename(temporary, path);
  } catch (error) {
    await files.unlink(temporary).catch(() => {});
    throw error;
  }
  await files.syncFolder(dirname(path));
}
