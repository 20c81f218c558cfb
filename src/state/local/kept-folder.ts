import { join } from "node:path";
import { failure } from "../../model/diagnostic";
import { makeFolderDurably, removeDurably, removeIfThere, writeNewFile } from "../../platform/durable-file";
import { errorCode } from "../../platform/error-code";
import { fileFault } from "../../platform/file-fault";
import type { FileSystem } from "../../platform/file-system";
import type { KeptFiles } from "../storage";

export const RECOVERY_FOLDER = "recovery";

/** Extensions of complete and of unfinished files. */
const KEPT = ".json";
const DRAFT = ".json.new";

/** Sealed secrets, each in one file under `recovery/` in a partition's folder. */
export function keptFolder(partition: string, fileSystem: FileSystem): KeptFiles {
  const folder = join(partition, RECOVERY_FOLDER);
  const pathOf = (name: string) => join(folder, `${name}${KEPT}`);
  return {
    describe: pathOf,
    list: async () => (await listOrNone(fileSystem, folder, KEPT)).map((name) => name.slice(0, -KEPT.length)),
    async read(name) {
      const path = pathOf(name);
      try {
        return (await fileSystem.readFile(path)).toString("utf8");
      } catch (error) {
        if (errorCode(error) === "ENOENT") return undefined;
        throw unusable("state-unreadable", "read", path, error);
      }
    },
    async write(name, text) {
      await makeFolderDurably(fileSystem, folder);
      // A file under its final name is complete: a torn one would look as if it were sealed under another key.
      const draft = join(folder, `${name}${DRAFT}`);
      await removeIfThere(fileSystem, draft);
      await writeNewFile(fileSystem, draft, text);
      await fileSystem.rename(draft, pathOf(name));
      await fileSystem.syncFolder(folder);
    },
    remove: (name) => removeFile(fileSystem, pathOf(name)),
    async removeDrafts() {
      for (const name of await listOrNone(fileSystem, folder, DRAFT))
        await removeFile(fileSystem, join(folder, name));
    },
  };
}

function removeFile(fileSystem: FileSystem, path: string): Promise<void> {
  return removeDurably(fileSystem, path).catch((error) => {
    throw unusable("state-unwritable", "removed", path, error);
  });
}

async function listOrNone(
  fileSystem: FileSystem,
  folder: string,
  ending: string,
): Promise<readonly string[]> {
  try {
    return (await fileSystem.list(folder)).filter((name) => name.endsWith(ending));
  } catch (error) {
    if (errorCode(error) === "ENOENT") return [];
    throw unusable("state-unreadable", "read", folder, error);
  }
}

function unusable(
  code: "state-unreadable" | "state-unwritable",
  done: "read" | "removed",
  path: string,
  error: unknown,
) {
  const summary = `${path} cannot be ${done}: ${fileFault(error)}`;
  return failure({ code, summary, remedy: "check its permissions and run again" }, { cause: error });
}
