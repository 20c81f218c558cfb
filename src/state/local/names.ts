/** The names of files and folders in a state's folder. */
import { join } from "node:path";

/** In each partition's folder. */
export const LOG_FILE = "state.log";
export const LOCK_FILE = "lock";

/** A draft of a log. A run that slept through the loss of its lock may write one beside that of the next run. */
export function draftOfLog(log: string, lockId: string): string {
  return `${log}.${lockId}`;
}

/** In the state's folder. */
export const MANAGERS_FOLDER = "managers";
export const LINEAGE_FILE = "lineage";

/** Names of managers are valid folder names: letters, digits, `.`, `_` and `-`. */
export function partitionFolder(folder: string, manager: string): string {
  return join(folder, MANAGERS_FOLDER, manager);
}
