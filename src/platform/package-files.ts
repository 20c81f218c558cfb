import { join } from "node:path";
import { getAsset, isSea } from "node:sea";
import { readRegularFile } from "./regular-file";

/** From `src/platform`, `dist/platform` and the bundle in `dist/cli` alike. */
const ROOT = join(__dirname, "..", "..");

/**
 * Reads a file that ships with this package, by its path from the package's root. The single executable contains
 * these files.
 */
export function readPackageFile(path: string): Buffer {
  return isSea() ? Buffer.from(getAsset(path)) : readRegularFile(join(ROOT, path));
}
