import { join } from "node:path";
import { errorCode, type FileSystem } from "./file-system";

/** Removes a folder with everything in it, and follows no symlink. A missing folder is fine. */
export async function removeTree(fileSystem: FileSystem, folder: string): Promise<void> {
  try {
    for (const name of await fileSystem.list(folder)) {
      const path = join(folder, name);
      const { type } = await fileSystem.lstat(path);
      await (type === "folder" ? removeTree(fileSystem, path) : fileSystem.unlink(path));
    }
    await fileSystem.removeFolder(folder);
  } catch (error) {
    if (errorCode(error) !== "ENOENT") throw error;
  }
}
