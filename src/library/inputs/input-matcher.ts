import { relative, resolve } from "node:path";
import { isInputBelow } from "../../config/input-files";
import { realPath } from "../../platform/real-path";
import type { Platform } from "../platform";

/**
 * Judges absolute paths without symlinks: whether a file there would be read as desired state, because a folder among the
 * `-f` arguments holds it.
 */
export async function inputMatcher(
  files: readonly string[],
  { cwd, fileSystem }: Pick<Platform, "cwd" | "fileSystem">,
): Promise<(path: string) => boolean> {
  const folders: string[] = [];
  for (const file of files.filter((each) => each !== "-")) {
    const path = resolve(cwd, file);
    const { type } = await fileSystem.stat(path).catch(() => ({ type: "other" }));
    if (type === "folder") folders.push(await realPath(fileSystem, path));
  }
  return (path) => folders.some((folder) => isInputBelow(relative(folder, path)));
}
