import { join } from "node:path";
import { type DiagnosticError, failure } from "../model/diagnostic";
import { makeFolderDurably, removeEmptyFolders, removeIfThere, writeNewFile } from "../platform/durable-file";
import { fileFault } from "../platform/file-fault";
import { errorCode, type FileSystem } from "../platform/file-system";
import { checkStateFolder } from "./local/check-state-folder";
import { LocalState } from "./partition";
import { acquireLock, type LockOptions } from "./local/lock";
import { LogFile } from "./local/log-file";
import type { StateStore } from "./port";
import { readLog, reportDiagnostics } from "./read-state";
import { StateContents } from "./log/state-contents";

const MINIMUM_WASTE = 1 << 20;

/** Keeps a state's folder out of every commit. */
export const GIT_NOTE_FILE = ".gitignore";
export const GIT_NOTE = "*\n";

export interface OpenStateOptions extends LockOptions {
  /** Names the key that fingerprints are made under; absent where none is made or compared. */
  readonly keyId?: string | undefined;
  /** Names it in its place, once the lock is held. */
  readonly settleKey?: () => Promise<string>;
  /** Called once the lock is held, before the first write: makes what the state will refer to. */
  readonly beforeFirstWrite?: () => Promise<void>;
  /** What this run writes takes the log's place as a new file: all of it, or nothing. */
  readonly rewrites?: boolean;
  /** Dead bytes below which the log is not compacted; 1 MiB by default. */
  readonly minimumWaste?: number;
}

/**
 * Opens the state for writing: makes the folder where it is missing, takes its lock and loads it. A folder that was made
 * and holds nothing at the end is removed again.
 * Rejects with a `DiagnosticError` (`state-locked`, `state-unwritable`, `state-unreadable`, `state-shared`, `state-corrupted`).
 */
export async function openState(options: OpenStateOptions): Promise<StateStore> {
  const { folder, fileSystem, random } = options;
  await checkStateFolder(folder, fileSystem);
  const madeFolders = await makeFolderDurably(fileSystem, folder).catch((error) => {
    throw unusable(folder, error);
  });
  const lock = await acquireLock({ ...options, madeFolders }).catch(async (error) => {
    await removeEmptyFolders(fileSystem, madeFolders);
    throw error;
  });
  try {
    const keyId = options.settleKey ? await options.settleKey() : options.keyId;
    const loaded = await readLog({ folder, fileSystem, keyId });
    if (loaded !== undefined) reportDiagnostics({ ...options, keyId }, loaded);
    return new LocalState({
      folder,
      keyId: keyId ?? loaded?.header.keyId ?? "",
      contents: loaded?.contents ?? new StateContents("", 0, false),
      log: new LogFile(fileSystem, folder, loaded?.length ?? 0, loaded?.torn ?? false),
      lock,
      random,
      beforeFirstWrite: async () => {
        await keepFromGit(fileSystem, folder);
        await options.beforeFirstWrite?.();
      },
      rewrites: options.rewrites ?? false,
      minimumWaste: options.minimumWaste ?? MINIMUM_WASTE,
    });
  } catch (error) {
    await lock.release();
    throw error;
  }
}

/** The state holds no secret, but the key may lie beside it. Only for the holder of the lock. */
async function keepFromGit(fileSystem: FileSystem, folder: string): Promise<void> {
  const path = join(folder, GIT_NOTE_FILE);
  const draft = `${path}.new`;
  try {
    if ((await fileSystem.list(folder)).includes(GIT_NOTE_FILE)) return;
    // Whole or not at all: an empty one would keep nothing from being committed.
    await removeIfThere(fileSystem, draft);
    await writeNewFile(fileSystem, draft, GIT_NOTE);
    await fileSystem.rename(draft, path);
  } catch (error) {
    throw unusable(folder, error);
  }
}

function unusable(folder: string, error: unknown): DiagnosticError {
  const reason = errorCode(error) === "ENOTDIR" ? "it, or a part of its path, is a file" : fileFault(error);
  return failure(
    {
      code: "state-unwritable",
      summary: `the state folder ${folder} cannot be used: ${reason}`,
      remedy: "make it a folder that can be written, or name another one with --state",
    },
    { cause: error },
  );
}
