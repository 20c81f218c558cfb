import { join } from "node:path";
import { type DiagnosticError, failure } from "../model/diagnostic";
import { makeFolderDurably } from "../platform/durable-file";
import { fileFault } from "../platform/file-fault";
import { errorCode, type FileSystem } from "../platform/file-system";
import { LocalState } from "./local-state";
import { acquireLock, type LockOptions } from "./lock";
import { createExclusively } from "./lock-file";
import { LogFile } from "./log-file";
import type { StateStore } from "./port";
import { readLog, reportFindings } from "./read-state";
import { StateContents } from "./state-contents";

const MINIMUM_WASTE = 1 << 20;

export interface OpenStateOptions extends LockOptions {
  /** Names the key that fingerprints are made under; absent where none is made or compared. */
  readonly keyId?: string | undefined;
  /** Dead bytes below which the log is not compacted; 1 MiB unless told. */
  readonly minimumWaste?: number;
}

/**
 * Opens the state for writing: makes the folder where it is missing, takes its lock and loads it.
 * Rejects with a `DiagnosticError` (`state-locked`, `state-unwritable`, `state-unreadable`, `state-corrupted`).
 */
export async function openState(options: OpenStateOptions): Promise<StateStore> {
  const { folder, fileSystem, keyId, random } = options;
  await prepareFolder(fileSystem, folder);
  const lock = await acquireLock(options);
  try {
    const loaded = await readLog(options);
    if (loaded !== undefined) reportFindings(options, loaded);
    return new LocalState({
      folder,
      keyId: keyId ?? loaded?.header.keyId ?? "",
      contents: loaded?.contents ?? new StateContents("", 0, false),
      log: new LogFile(fileSystem, folder, loaded?.length ?? 0, loaded?.torn ?? false),
      lock,
      random,
      minimumWaste: options.minimumWaste ?? MINIMUM_WASTE,
    });
  } catch (error) {
    await lock.release();
    throw error;
  }
}

async function prepareFolder(fileSystem: FileSystem, folder: string): Promise<void> {
  try {
    await makeFolderDurably(fileSystem, folder);
    // The state holds no secret, but the key may lie beside it.
    await createExclusively(fileSystem, join(folder, ".gitignore"), "*\n");
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
