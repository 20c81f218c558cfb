import { isAbsolute, join } from "node:path";

/** A relative path starts from the folder of the file that names it. */
export function pathFrom(folder: string, path: string): string {
  return isAbsolute(path) ? path : join(folder, path);
}

/** Whether a path can only name a folder: `out/`, `..`. */
export function namesFolder(path: string): boolean {
  return /(^|\/)\.{0,2}$/.test(path);
}
