import { randomBytes } from "node:crypto";
import { dirname, join } from "node:path";
import type { FileSystem } from "../platform/file-system";

/** Writes a file that only its owner may read: wholly, or not at all. `path` is absolute. Errors are Node's. */
export async function saveFile(fileSystem: FileSystem, path: string, text: string): Promise<void> {
  const draft = join(dirname(path), `.jp1im-${randomBytes(6).toString("hex")}`);
  const file = await fileSystem.open(draft, "wx", 0o600);
  try {
    try {
      await file.write(Buffer.from(text));
      await file.sync();
    } finally {
      await file.close();
    }
    await fileSystem.rename(draft, path);
  } catch (error) {
    await fileSystem.unlink(draft).catch(() => undefined);
    throw error;
  }
  await fileSystem.syncFolder(dirname(path));
}
