import { join } from "node:path";
import { removeIfThere, writeNewFile } from "../../platform/durable-file";
import type { FileSystem } from "../../platform/file-system";
import { unwritable } from "./state-faults";

export const GIT_NOTE_FILE = ".gitignore";
export const GIT_NOTE = "*\n";

/**
 * Keeps a state's folder out of every commit, because the key may be beside the state. `id` names the caller's draft.
 * Rejects with a `DiagnosticError` (`state-unwritable`).
 */
export async function keepFromGit(fileSystem: FileSystem, folder: string, id: string): Promise<void> {
  const path = join(folder, GIT_NOTE_FILE);
  const draft = `${path}.${id}`;
  try {
    if ((await fileSystem.list(folder)).includes(GIT_NOTE_FILE)) return;
    // A rename, because an empty file would not keep anything out of a commit.
    await removeIfThere(fileSystem, draft);
    await writeNewFile(fileSystem, draft, GIT_NOTE);
    await fileSystem.rename(draft, path);
  } catch (error) {
    throw unwritable(path, error);
  }
}
