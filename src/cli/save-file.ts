import { randomBytes } from "node:crypto";
import { dirname, join } from "node:path";
import { type DiagnosticError, failure } from "../model/diagnostic";
import type { DiagnosticCode } from "../model/diagnostic-codes";
import { shellCommand } from "../model/shell-command";
import { errorCode } from "../platform/error-code";
import { fileFault } from "../platform/file-fault";
import type { FileSystem } from "../platform/file-system";

/** A file that a command writes where the user says. */
export interface SavedFile {
  /** Absolute. */
  readonly path: string;
  /** As the user gave it. */
  readonly shown: string;
  readonly kind: SavedKind;
}

export interface SavedKind {
  /** Such as `plan`. */
  readonly name: string;
  /** Code of the diagnostic if it cannot be written. */
  readonly code: DiagnosticCode;
  /** The option that names the file. */
  readonly option: string;
  /** Whether a text is a file of this kind, which may be replaced. */
  readonly is: (text: string) => boolean;
}

/**
 * Saves the file atomically, readable only by its owner. It replaces a file of the same kind or an empty one, as
 * `mktemp` makes it; never the desired state or a device. Rejects with a `DiagnosticError` that names the obstacle.
 */
export async function saveFile(fileSystem: FileSystem, file: SavedFile, text: string): Promise<void> {
  await explained(file, async () => {
    await refuseOther(fileSystem, file);
    await writeDurably(fileSystem, file.path, text);
  });
}

/** Checks, before work whose result could not be saved. Rejects like `saveFile`. */
export async function requireSavable(fileSystem: FileSystem, file: SavedFile): Promise<void> {
  await explained(file, async () => {
    await refuseOther(fileSystem, file);
    await fileSystem.mayWrite(dirname(file.path));
  });
}

/** A file whose name begins like an option is still a file. */
export function operand(path: string): string {
  return path.startsWith("-") ? `./${path}` : path;
}

async function refuseOther(fileSystem: FileSystem, { path, shown, kind }: SavedFile): Promise<void> {
  const there = await fileSystem.readFile(path).catch((error) => {
    if (errorCode(error) === "ENOENT") return Buffer.alloc(0);
    throw error;
  });
  if (there.length === 0 || kind.is(there.toString())) return;
  throw failure({
    code: kind.code,
    summary: `${shown} exists and is not a ${kind.name}, so it is not replaced`,
    remedy: `give ${kind.option} another name, or remove the file`,
  });
}

async function writeDurably(fileSystem: FileSystem, path: string, text: string): Promise<void> {
  const draft = join(dirname(path), `.jp1im-${randomBytes(6).toString("hex")}`);
  const file = await fileSystem.open(draft, "wx", 0o600);
  try {
    try {
      await file.write(Buffer.from(text));
      await file.sync();
    } finally {
      await file.close();
    }
    await fileSystem.rename(draft, path);
  } catch (error) {
    await fileSystem.unlink(draft).catch(() => undefined);
    throw error;
  }
  await fileSystem.syncFolder(dirname(path));
}

async function explained(file: SavedFile, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (errorCode(error) === undefined) throw error;
    throw unwritable(file, error);
  }
}

function unwritable({ shown, kind }: SavedFile, error: unknown): DiagnosticError {
  const folder = dirname(shown);
  const isFolderMissing = errorCode(error) === "ENOENT";
  const why = isFolderMissing ? `the folder ${folder} does not exist` : fileFault(error);
  return failure(
    {
      code: kind.code,
      summary: `the ${kind.name} cannot be saved to ${shown}: ${why}`,
      remedy: isFolderMissing
        ? shellCommand("mkdir", "-p", operand(folder))
        : `give ${kind.option} a file in a folder that may be written`,
    },
    { cause: error },
  );
}
