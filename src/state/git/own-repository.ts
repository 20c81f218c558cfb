import { errorCode, type FileSystem } from "../../platform/file-system";
import { removeTree } from "../../platform/remove-tree";
import type { Git } from "./run-git";

/**
 * Makes a bare repository where there is none. It is made under the name `draft` and then renamed: two runs of `git init` in one
 * folder fail, and a run must not use what another one has made in part.
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
    // A draft that stays is in nobody's way.
    await removeTree(fileSystem, draft).catch(() => undefined);
    if (errorCode(error) === undefined) throw error;
    // Most likely another run was first. What a killed run of an earlier version left is completed in place.
    if (!(await isRepository(folder, git))) await initialise(folder, git);
  }
}

async function isRepository(folder: string, git: Git): Promise<boolean> {
  return (await git.run([`--git-dir=${folder}`, "rev-parse"], { expects: [128] })).code === 0;
}

/** Without templates: hooks of a person's own repositories do not belong here. */
async function initialise(folder: string, git: Git): Promise<void> {
  await git.run(["init", "--quiet", "--bare", "--template=", folder]);
}
