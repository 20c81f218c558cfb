import { join } from "node:path";
import { type Diagnostic, failure } from "../model/diagnostic";
import { fileFault } from "../platform/file-fault";
import { errorCode, type FileSystem } from "../platform/file-system";
import { checkStateFolder } from "./local/check-state-folder";
import { type LoadedLog, loadLog } from "./log/load-log";
import { readLock } from "./local/lock-file";
import type { StateView } from "./port";
import { StateContents } from "./log/state-contents";

export const LOG_FILE = "state.log";

export interface ReadStateOptions {
  /** Absolute path of the state folder; it need not exist. */
  readonly folder: string;
  /** Names the key that fingerprints will be compared under. */
  readonly keyId?: string | undefined;
  readonly fileSystem: FileSystem;
  /** Takes warnings. */
  readonly report: (diagnostic: Diagnostic) => void;
}

/**
 * The state as it is now, without a lock and without writing anything. Rejects with a `DiagnosticError`
 * (`state-unreadable`, `state-shared`, `state-corrupted`).
 */
export async function readState(options: ReadStateOptions): Promise<StateView> {
  const log = await readLog(options);
  if (log === undefined) return new StateContents("", 0, false);
  // While a run holds the lock, an unfinished last line is most likely its write in progress.
  const isLeftOver = log.torn && (await readLock(options)) === undefined;
  reportDiagnostics(options, { ...log, torn: isLeftOver });
  return log.contents;
}

/** The log of a state folder; `undefined` when there is none yet. */
export async function readLog(
  options: Pick<ReadStateOptions, "folder" | "keyId" | "fileSystem">,
): Promise<LoadedLog | undefined> {
  const file = join(options.folder, LOG_FILE);
  await checkStateFolder(options.folder, options.fileSystem);
  let bytes: Buffer;
  try {
    bytes = await options.fileSystem.readFile(file);
  } catch (error) {
    if (errorCode(error) === "ENOENT") return undefined;
    const summary = `the state ${file} cannot be read: ${fileFault(error)}`;
    throw failure(
      { code: "state-unreadable", summary, remedy: "check the path and its permissions" },
      { cause: error },
    );
  }
  return loadLog(bytes, file, options.keyId);
}

/** Warns of an unfinished write that was left out, and of fingerprints that another key made. */
export function reportDiagnostics(
  { folder, keyId, report }: Pick<ReadStateOptions, "folder" | "keyId" | "report">,
  { torn, header }: Pick<LoadedLog, "torn" | "header">,
): void {
  if (torn) {
    report({
      code: "state-recovered",
      severity: "warning",
      summary: `the last write of the state in ${folder} was interrupted and is left out`,
      remedy: "nothing has to be done: what it recorded is observed and planned again",
    });
  }
  if (keyId !== undefined && header.keyId !== keyId) {
    report({
      code: "state-key",
      severity: "warning",
      summary: `the state in ${folder} was written under another key, so that every value counts as unverified`,
      remedy: "hand in the key that it was written under; if that is lost, an apply writes the values anew",
    });
  }
}
