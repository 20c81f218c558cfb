import { basename, dirname, join } from "node:path";
import type { FileSystem } from "./file-system";

/** What two names have in common that are one file where the file system does not tell case apart. */
export function foldedName(path: string): string {
  return path.normalize("NFC").toLowerCase();
}

/**
 * Whether the file system at an absolute path takes names that differ in case for one, found out without a write: the
 * deepest folder that is there is looked for under its name in the other case.
 */
export async function isCaseInsensitive(
  fileSystem: Pick<FileSystem, "realpath">,
  path: string,
): Promise<boolean> {
  for (let folder = dirname(path); dirname(folder) !== folder; folder = dirname(folder)) {
    const other = swapCase(basename(folder));
    const real = other === basename(folder) ? undefined : await realOf(fileSystem, folder);
    if (real !== undefined) return (await realOf(fileSystem, join(dirname(folder), other))) === real;
  }
  return false;
}

function realOf(fileSystem: Pick<FileSystem, "realpath">, path: string): Promise<string | undefined> {
  return fileSystem.realpath(path).catch(() => undefined);
}

function swapCase(name: string): string {
  const lower = name.toLowerCase();
  return name === lower ? name.toUpperCase() : lower;
}
