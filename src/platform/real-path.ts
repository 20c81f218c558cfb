import { basename, dirname, join, resolve } from "node:path";
import type { FileSystem } from "./file-system";

/**
 * An absolute path without symlinks. If it does not exist yet, the deepest existing part is resolved. Never rejects:
 * an unreadable part stays as written.
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
