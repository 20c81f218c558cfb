import { dirname } from "node:path";
import { errorCode } from "./error-code";
import type { FileSystem } from "./file-system";

/** Readable only by the owner, whatever the umask. */
const FILE_MODE = 0o600;
const FOLDER_MODE = 0o700;

/** Writes a new file of mode 0600 and waits until its content is durable. Fails with EEXIST when it exists. */
export async function writeNewFile(fileSystem: FileSystem, path: string, content: string): Promise<void> {
  const file = await fileSystem.open(path, "wx", FILE_MODE);
  try {
    await file.write(Buffer.from(content, "utf8"));
    await file.sync();
  } catch (error) {
    // An incomplete file may hold a part of a secret.
    await fileSystem.unlink(path).catch(() => undefined);
    throw error;
  } finally {
    await file.close();
  }
}

/**
 * Creates a file of mode 0600 that is complete as soon as it is visible. False if the name is taken. `draft` is a
 * name that nothing else uses; a crash may leave it behind.
 */
export async function createWhole(
  fileSystem: FileSystem,
  path: string,
  content: string,
  draft: string,
): Promise<boolean> {
  await removeIfThere(fileSystem, draft);
  try {
    await createExclusively(fileSystem, path, content, draft);
    return true;
  } catch (error) {
    if (errorCode(error) === "EEXIST") return false;
    throw error;
  }
}

/**
 * The same, but it fails with EEXIST if the name is taken. On a file system without hard links, it creates the file
 * under its own name: still exclusive, but a reader may see it empty for a moment, and a crash may leave it empty.
 */
export async function createExclusively(
  fileSystem: FileSystem,
  path: string,
  content: string,
  draft: string,
): Promise<void> {
  try {
    await writeNewFile(fileSystem, draft, content);
    await fileSystem.link(draft, path);
  } catch (error) {
    if (!lacksHardLinks(error)) throw error;
    await writeNewFile(fileSystem, path, content);
  } finally {
    await removeIfThere(fileSystem, draft).catch(() => undefined);
  }
}

/** Whether `link` failed as it does on FAT, on some network shares and in some containers. */
function lacksHardLinks(error: unknown): boolean {
  return ["EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS", "EMLINK"].includes(errorCode(error) ?? "");
}

/**
 * Renames a draft only if the name is free, so that it replaces no file. Fails with EEXIST if the name is taken.
 * Without hard links, an empty file claims the name first; a crash may leave it behind.
 */
export async function giveFreeName(fileSystem: FileSystem, draft: string, path: string): Promise<void> {
  try {
    await fileSystem.link(draft, path);
  } catch (error) {
    if (!lacksHardLinks(error)) throw error;
    await (await fileSystem.open(path, "wx", FILE_MODE)).close();
    return fileSystem.rename(draft, path);
  }
  await fileSystem.unlink(draft);
}

/**
 * Creates a folder and its parents, each durable in the one above it. Resolves to the folders that were missing, the
 * upper ones first.
 */
export async function makeFolderDurably(
  fileSystem: FileSystem,
  folder: string,
  mode = FOLDER_MODE,
): Promise<readonly string[]> {
  const type = await typeOf(fileSystem, folder);
  if (type === "folder") return [];
  if (type !== undefined) throw Object.assign(new Error("not a folder"), { code: "ENOTDIR" });
  const above = await makeFolderDurably(fileSystem, dirname(folder), mode);
  await fileSystem.makeFolder(folder, mode);
  await fileSystem.syncFolder(dirname(folder));
  return [...above, folder];
}

/** Removes the empty ones of these folders, the last one first. Never rejects: an empty folder does no harm. */
export async function removeEmptyFolders(fileSystem: FileSystem, folders: readonly string[]): Promise<void> {
  for (const folder of [...folders].reverse()) {
    const isRemoved = await fileSystem.removeFolder(folder).then(
      () => true,
      () => false,
    );
    if (!isRemoved) return;
  }
}

export async function removeIfThere(fileSystem: FileSystem, path: string): Promise<void> {
  try {
    await fileSystem.unlink(path);
  } catch (error) {
    if (errorCode(error) !== "ENOENT") throw error;
  }
}

/** Removes a file so that it stays removed after a power failure. */
export async function removeDurably(fileSystem: FileSystem, path: string): Promise<void> {
  await removeIfThere(fileSystem, path);
  try {
    await fileSystem.syncFolder(dirname(path));
  } catch (error) {
    if (errorCode(error) !== "ENOENT") throw error;
  }
}

async function typeOf(fileSystem: FileSystem, path: string): Promise<string | undefined> {
  try {
    return (await fileSystem.stat(path)).type;
  } catch (error) {
    if (errorCode(error) === "ENOENT") return undefined;
    throw error;
  }
}
