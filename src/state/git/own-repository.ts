import { join } from "node:path";
import { errorCode } from "../../platform/error-code";
import type { FileSystem } from "../../platform/file-system";
import type { Git } from "./run-git";

/**
 * Creates a bare repository if there is none. It creates it under the name `draft` and renames it: two runs of `git
 * init` in one folder fail, and no run may use an unfinished repository.
 */
export async function makeOwnRepository(
  folder: string,
  draft: string,
  { git, fileSystem }: { readonly git: Git; readonly fileSystem: FileSystem },
): Promise<void> {
  if (await isRepository(folder, git)) return;
  try {
    await initialise(draft, git);
    await fileSystem.rename(draft, folder);
  } catch (error) {
    // A leftover draft does no harm.
    await removeTree(fileSystem, draft).catch(() => undefined);
    if (errorCode(error) === undefined) throw error;
    // Most likely another run was first. If a killed run of an earlier version left a part, it is completed in place.
    if (!(await isRepository(folder, git))) await initialise(folder, git);
  }
}

async function isRepository(folder: string, git: Git): Promise<boolean> {
  return (await git.run([`--git-dir=${folder}`, "rev-parse"], { expects: [128] })).code === 0;
}

/** Uses no templates, because they may contain a user's hooks. */
async function initialise(folder: string, git: Git): Promise<void> {
  await git.run(["init", "--quiet", "--bare", "--template=", folder]);
}

/** Removes a folder with everything in it, and follows no symlink. A missing folder is fine. */
async function removeTree(fileSystem: FileSystem, folder: string): Promise<void> {
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
