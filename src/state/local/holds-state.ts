import { join } from "node:path";
import type { FileSystem } from "../../platform/file-system";
import { GIT_NOTE, GIT_NOTE_FILE } from "./keep-from-git";
import { LINEAGE_FILE, LOG_FILE } from "./names";

/**
 * Whether a folder contains a state, this run's or another one: it has a lineage, and the file that keeps it out of
 * git.
 */
export async function holdsState(
  folder: string,
  fileSystem: Pick<FileSystem, "stat" | "readFile">,
): Promise<boolean> {
  const isThere = (name: string) =>
    fileSystem.stat(join(folder, name)).then(
      () => true,
      () => false,
    );
  const note = await fileSystem.readFile(join(folder, GIT_NOTE_FILE), GIT_NOTE.length).catch(() => "");
  if (note.toString() !== GIT_NOTE) return false;
  // A state of a version before 0.2 has one log and no lineage file.
  return (await isThere(LINEAGE_FILE)) || (await isThere(LOG_FILE));
}
