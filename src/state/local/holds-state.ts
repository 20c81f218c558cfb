import { join } from "node:path";
import type { FileSystem } from "../../platform/file-system";
import { GIT_NOTE, GIT_NOTE_FILE } from "../open-state";
import { LOG_FILE } from "../read-state";

/** Whether a folder is that of a state, this run's or another one: it has the log, and the file that keeps it from git. */
export async function holdsState(
  folder: string,
  fileSystem: Pick<FileSystem, "stat" | "readFile">,
): Promise<boolean> {
  const hasLog = await fileSystem.stat(join(folder, LOG_FILE)).then(
    () => true,
    () => false,
  );
  if (!hasLog) return false;
  const note = await fileSystem.readFile(join(folder, GIT_NOTE_FILE), GIT_NOTE.length).catch(() => "");
  return note.toString() === GIT_NOTE;
}
