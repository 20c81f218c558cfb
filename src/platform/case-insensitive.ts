import { basename, dirname, join } from "node:path";
import type { FileSystem } from "./file-system";

/** The name without its case: equal for two names that are one file on a case-insensitive file system. */
export function foldedName(path: string): string {
  return path.normalize("NFC").toLowerCase();
}

/**
 * Whether the file system at an absolute path ignores the case of names. It writes nothing: it looks up the deepest
 * existing folder under its name in the other case.
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
