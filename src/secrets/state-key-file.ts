import { createHash } from "node:crypto";
import { dirname, join } from "node:path";
import { type Diagnostic, DiagnosticError } from "../model/diagnostic";
import type { SecretValue } from "../model/secret-value";
import { shellCommand } from "../model/shell-command";
import { createExclusively, makeFolderDurably, removeIfThere, writeNewFile } from "../platform/durable-file";
import { errorCode } from "../platform/error-code";
import { fileFault, writeRemedy } from "../platform/file-fault";
import { type FileStatus, type FileSystem, LARGEST_SMALL_FILE } from "../platform/file-system";
import type { Random } from "../platform/random";
import { textFault } from "../platform/text-fault";
import { parseKey, unusable } from "./state-key-text";

export interface KeyFileContext {
  readonly fileSystem: FileSystem;
  readonly random: Random;
  /** Receives warnings, including the advice to back up a new key file. */
  readonly report: (diagnostic: Diagnostic) => void;
  /** The user named the file: it is not the state folder's own. */
  readonly named?: boolean;
  /** The file is for a new key, not for the present key of the state. */
  readonly isNew?: boolean;
  /** Called before a key is created in it. */
  readonly onFolder?: ((folder: string) => Promise<void>) | undefined;
  /** The run is a job of a CI system, which writes the files that its variables name with a fixed mode. */
  readonly isJob?: boolean;
}

/** Where a rekey stores the new key until the state uses it. */
export function nextKeyFile(path: string): string {
  return `${path}.next`;
}

/**
 * `undefined` if there is none. Rejects with a `DiagnosticError` (`state-key`).
 */
export async function readKeyFile(path: string, context: KeyFileContext): Promise<SecretValue | undefined> {
  const { fileSystem } = context;
  try {
    requirePrivate(path, await fileSystem.stat(path), context);
    const bytes = await fileSystem.readFile(path, LARGEST_SMALL_FILE);
    const fault = textFault(bytes);
    if (fault !== undefined) throw unusable(`the key file ${path} ${fault.why}`, fault.remedy);
    return parseKey(bytes.toString("utf8"), `the key file ${path}`, context);
  } catch (error) {
    if (errorCode(error) === "ENOENT") return undefined;
    if (error instanceof DiagnosticError) throw error;
    throw unusable(
      `the key file ${path} cannot be read: ${fileFault(error)}`,
      readRemedy(path, error, context),
      error,
    );
  }
}

function readRemedy(path: string, error: unknown, context: KeyFileContext): string {
  const code = errorCode(error);
  if (code === "EISDIR") return insteadOfFolder(path, context);
  if (code === "ENOTDIR")
    return `name a folder ${context.named ? "of it" : "for the state"}: ${dirname(path)} is none`;
  return code === "EFTYPE" || code === "ENXIO"
    ? "name a regular file, or move it away"
    : "check its permissions";
}

function insteadOfFolder(path: string, { named = false }: KeyFileContext): string {
  return named ? `name a file, such as ${join(path, "state.key")}` : "move the folder away";
}

/**
 * Stores a new key durably. The file is renamed atomically, and only if the name is free: it never replaces a key
 * that another run created meanwhile. A draft that a crash leaves behind does no harm.
 */
export async function makeKeyFile(path: string, key: SecretValue, context: KeyFileContext): Promise<void> {
  const { fileSystem, random, report } = context;
  const draft = `${path}.${random.bytes(6).toString("hex")}`;
  try {
    await makeFolderDurably(fileSystem, dirname(path));
    await context.onFolder?.(dirname(path));
    await createExclusively(fileSystem, path, `${key.reveal()}\n`, draft);
    await fileSystem.syncFolder(dirname(path));
  } catch (error) {
    if (error instanceof DiagnosticError) throw error;
    if (errorCode(error) === "EEXIST") {
      throw unusable(`another run made the key file ${path} meanwhile`, "run the command again", error);
    }
    const remedy = writeRemedy(
      error,
      "make its folder writable, or set JP1IM_STATE_KEY or JP1IM_STATE_KEY_FILE",
    );
    throw unusable(`the key file ${path} cannot be made: ${fileFault(error)}`, remedy, error);
  }
  report(backUp(path));
}

/**
 * Stores a new key durably beside the key file, before the state is rewritten with it. Loading takes the one of the
 * two that the state uses, so that a crash at any moment leaves a key that fits. Only for the holder of the state's
 * lock.
 */
export async function stageNextKey(
  path: string,
  key: SecretValue,
  { fileSystem }: KeyFileContext,
): Promise<void> {
  const next = nextKeyFile(path);
  // Only a complete key gets the name: a partial one would stop every later run.
  const draft = `${next}.new`;
  try {
    await makeFolderDurably(fileSystem, dirname(path));
    await removeIfThere(fileSystem, draft);
    await writeNewFile(fileSystem, draft, `${key.reveal()}\n`);
    await fileSystem.rename(draft, next);
    await fileSystem.syncFolder(dirname(path));
  } catch (error) {
    const summary = `the new key cannot be kept in ${next}: ${fileFault(error)}`;
    throw unusable(
      summary,
      `${writeRemedy(error, "make its folder writable")}; the state is as it was`,
      error,
    );
  }
}

/**
 * Replaces the key file with the staged key, after the state durably uses it. Another run may do the same at the same
 * time, because it may hold the locks of other managers.
 */
export async function installNextKey(path: string, context: KeyFileContext): Promise<void> {
  const { fileSystem, report } = context;
  const next = await readIfThere(nextKeyFile(path), fileSystem);
  const former = await readIfThere(path, fileSystem);
  const isReplaced = former !== undefined && next !== undefined && !former.equals(next);
  if (isReplaced) await keepFormer(path, former, context);
  try {
    await fileSystem.rename(nextKeyFile(path), path);
    await fileSystem.syncFolder(dirname(path));
  } catch (error) {
    if (next !== undefined && (await readIfThere(path, fileSystem))?.equals(next)) return;
    const summary = `the state is under its new key, which is still in ${nextKeyFile(path)}: ${fileFault(error)}`;
    throw unusable(
      summary,
      `${writeRemedy(error, "make the folder writable")}; until then keep both files, and the next run that writes finishes`,
      error,
    );
  }
  report(backUp(path));
}

async function readIfThere(path: string, fileSystem: FileSystem): Promise<Buffer | undefined> {
  return fileSystem.readFile(path, LARGEST_SMALL_FILE).catch(() => undefined);
}

/**
 * Keeps the former key, because backups of the state may need it. Each has its own name, so that the next rekey does
 * not replace it.
 */
async function keepFormer(path: string, key: Buffer, { fileSystem, report }: KeyFileContext): Promise<void> {
  const name = createHash("sha256").update(key).digest("hex").slice(0, 8);
  const former = `${path}.old-${name}`;
  try {
    await removeIfThere(fileSystem, `${former}.new`);
    await writeNewFile(fileSystem, `${former}.new`, key.toString("latin1"));
    await fileSystem.rename(`${former}.new`, former);
  } catch (error) {
    throw unusable(
      `the former key cannot be kept in ${former}: ${fileFault(error)}`,
      `${writeRemedy(error, "make its folder writable")}; until then keep both files, and the next run that writes finishes`,
      error,
    );
  }
  report({
    code: "state-key",
    severity: "warning",
    summary: `the former key of the state is kept in ${former}`,
    remedy: "keep it as long as there are backups of the state that need it, then remove it",
  });
}

/**
 * Checks the owner and the mode like ssh, also for root: files that root wrote beside those of another user would be
 * unreadable for that user. A named file of another user was mounted by a platform, and this process cannot change
 * its mode.
 */
function requirePrivate(
  path: string,
  { type, mode, uid }: FileStatus,
  { fileSystem, report, named = false, isJob = false }: KeyFileContext,
): void {
  // Anything but a file is refused when it is read.
  if (fileSystem.uid === undefined || type !== "file") return;
  const isOwn = uid === fileSystem.uid;
  const isOpen = (mode & 0o077) !== 0;
  const closing = shellCommand("chmod", "600", path);
  const open = `the key file ${path} is open to other users (mode ${mode.toString(8).padStart(4, "0")})`;
  if (isOwn && isOpen && !(named && isJob)) {
    const instead = named ? "; or hand the key itself in as JP1IM_STATE_KEY" : "";
    throw unusable(open, `make a new key if others may have read it; ${closing}${instead}`);
  }
  if (!isOwn && !named) {
    const owning = shellCommand("chown", String(fileSystem.uid), path);
    throw unusable(
      `the key file ${path} belongs to another user (${uid})`,
      `run this as that user, or make it yours: sudo ${owning} && ${closing}`,
    );
  }
  if (isOpen)
    report({
      code: "state-key",
      severity: "warning",
      summary: open,
      remedy: "close it to others, or hand the key itself in as JP1IM_STATE_KEY",
    });
}

function backUp(path: string): Diagnostic {
  return {
    code: "state-key",
    severity: "warning",
    summary: `a new key for the state's fingerprints was made in ${path}`,
    remedy:
      "keep a copy of it apart from the state: without it every value counts as unverified and is written again",
  };
}
