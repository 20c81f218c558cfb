import { join } from "node:path";
import { removeIfThere, writeNewFile } from "../../platform/durable-file";
import type { FileSystem } from "../../platform/file-system";
import { unwritable } from "./state-faults";

/** Keeps a state's folder out of every commit. */
export const GIT_NOTE_FILE = ".gitignore";
export const GIT_NOTE = "*\n";

/** The state holds no secret, but the key may lie beside it. `id` names the caller's draft. Rejects with a `DiagnosticError` (`state-unwritable`). */
export async function keepFromGit(fileSystem: FileSystem, folder: string, id: string): Promise<void> {
  const path = join(folder, GIT_NOTE_FILE);
  const draft = `${path}.${id}`;
  try {
    if ((await fileSystem.list(folder)).includes(GIT_NOTE_FILE)) return;
    // Whole or not at all: an empty one would keep nothing from being committed.
    await removeIfThere(fileSystem, draft);
    await writeNewFile(fileSystem, draft, GIT_NOTE);
    await fileSystem.rename(draft, path);
  } catch (error) {
    throw unwritable(path, error);
  }
}
