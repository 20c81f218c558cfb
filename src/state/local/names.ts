/** The names of files and folders in a state's folder. */
import { join } from "node:path";

/** In each partition's folder. */
export const LOG_FILE = "state.log";
export const LOCK_FILE = "lock";

/** What the names of a log's drafts begin with. People keep other copies beside a log. */
export const LOG_DRAFTS = `${LOG_FILE}.new`;

/** A run that slept through the loss of its lock may write a draft beside that of the next run. */
export function draftOfLog(lockId: string): string {
  return `${LOG_DRAFTS}-${lockId}`;
}

/** In the state's folder. */
export const MANAGERS_FOLDER = "managers";
export const LINEAGE_FILE = "lineage";

/** Names of managers are valid folder names: letters, digits, `.`, `_` and `-`. */
export function partitionFolder(folder: string, manager: string): string {
  return join(folder, MANAGERS_FOLDER, manager);
}
