import { join } from "node:path";
import type { FileSystem } from "../../platform/file-system";
import { GIT_NOTE, GIT_NOTE_FILE } from "./keep-from-git";
import { LINEAGE_FILE } from "./names";

/** Whether a folder is that of a state, this run's or another one: it has a lineage, and the file that keeps it from git. */
export async function holdsState(
  folder: string,
  fileSystem: Pick<FileSystem, "stat" | "readFile">,
): Promise<boolean> {
  const hasLineage = await fileSystem.stat(join(folder, LINEAGE_FILE)).then(
    () => true,
    () => false,
  );
  if (!hasLineage) return false;
  const note = await fileSystem.readFile(join(folder, GIT_NOTE_FILE), GIT_NOTE.length).catch(() => "");
  return note.toString() === GIT_NOTE;
}
