import { basename, dirname, join, resolve } from "node:path";
import type { FileSystem } from "./file-system";

/**
 * An absolute path without symlinks. Of what is not there yet, the deepest part that is there is resolved. Never
 * rejects: a part that may not be looked at stays as it is spelled.
 */
export async function realPath(fileSystem: Pick<FileSystem, "realpath">, path: string): Promise<string> {
  const missing: string[] = [];
  for (let there = resolve(path); ; there = dirname(there)) {
    const real = await fileSystem.realpath(there).catch(() => undefined);
    if (real !== undefined) return join(real, ...missing);
    if (dirname(there) === there) return resolve(path);
    missing.unshift(basename(there));
  }
}
