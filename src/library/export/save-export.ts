import { randomBytes } from "node:crypto";
import { dirname, join, resolve } from "node:path";
import { type DiagnosticError, failure } from "../../model/diagnostic";
import { chunked } from "../../platform/chunked";
import { giveFreeName, makeFolderDurably } from "../../platform/durable-file";
import { errorCode } from "../../platform/error-code";
import { fileFault } from "../../platform/file-fault";
import type { FileSystem } from "../../platform/file-system";
import type { Exported } from "../export";
import type { Platform } from "../platform";
import type { ExportedDocument } from "./export-text";

export interface SaveOptions {
  /** Folder to write to, from the working folder; created if missing. */
  readonly folder: string;
  /** Replace existing files. */
  readonly overwrite?: boolean | undefined;
}

/** An export has no secrets; the umask decides who may read it. */
const FILE_MODE = 0o666;
const FOLDER_MODE = 0o777;

/**
 * Writes an export's documents as files and returns their paths below the folder's name. Each file is written
 * atomically. Throws a `DiagnosticError` (`export-unwritable`); if a file is in the way, before anything is written.
 *
 * @example
 * const paths = await saveExport(exported, { folder: "adopted" }, createPlatform());
 */
export async function saveExport(
  { documents }: Pick<Exported, "documents">,
  { folder, overwrite = false }: SaveOptions,
  { fileSystem, cwd }: Pick<Platform, "fileSystem" | "cwd">,
): Promise<readonly string[]> {
  const path = ({ name }: ExportedDocument) => join(resolve(cwd, folder), ...name.split("/"));
  await refuseThere(fileSystem, documents.map(path), overwrite);
  for (const document of documents) {
    const file = path(document);
    try {
      await makeFolderDurably(fileSystem, dirname(file), FOLDER_MODE);
      await saveText(fileSystem, file, document.text(), overwrite);
    } catch (error) {
      if (errorCode(error) === undefined) throw error;
      throw unwritable(`${file} cannot be written: ${fileFault(error)}`, error);
    }
  }
  return documents.map(({ name }) => join(folder, ...name.split("/")));
}

/** Refuses existing files. `overwrite` permits replacing regular files only: no link, device or pipe. */
async function refuseThere(
  fileSystem: FileSystem,
  paths: readonly string[],
  overwrite: boolean,
): Promise<void> {
  const there: string[] = [];
  for (const path of paths) {
    const isFree = await fileSystem.lstat(path).then(
      ({ type }) => overwrite && type === "file",
      (error) => errorCode(error) === "ENOENT" || errorCode(error) === "ENOTDIR",
    );
    if (!isFree) there.push(path);
  }
  if (there.length === 0) return;
  const [first] = there;
  const others = there.length > 1 ? `, and ${there.length - 1} more` : "";
  throw failure({
    code: "export-unwritable",
    summary: `${first} is there already${overwrite ? " and is no regular file" : ""}${others}, and nothing was written`,
    remedy: overwrite ? "remove it, or name another --out-dir" : "name another --out-dir, or say --overwrite",
  });
}

/** Writes a file atomically. Without `overwrite` it fails with EEXIST if the name is taken. */
export async function saveText(
  fileSystem: FileSystem,
  path: string,
  text: Iterable<string>,
  overwrite: boolean,
): Promise<void> {
  const draft = join(dirname(path), `.jp1im-${randomBytes(16).toString("hex")}`);
  const file = await fileSystem.open(draft, "wx", FILE_MODE);
  try {
    try {
      for (const chunk of chunked(text)) await file.write(Buffer.from(chunk));
      await file.sync();
    } finally {
      await file.close();
    }
    if (overwrite) await fileSystem.rename(draft, path);
    else await giveFreeName(fileSystem, draft, path);
  } finally {
    await fileSystem.unlink(draft).catch(() => undefined);
  }
  await fileSystem.syncFolder(dirname(path));
}

function unwritable(summary: string, cause: unknown): DiagnosticError {
  const remedy = "give --out-dir a folder that may be written";
  return failure({ code: "export-unwritable", summary, remedy }, { cause });
}
