import { basename, dirname, join } from "node:path";
import { DiagnosticError } from "../../model/diagnostic";
import { makeFolderDurably, removeIfThere, writeNewFile } from "../../platform/durable-file";
import { fileFault } from "../../platform/file-fault";
import { errorCode, type FileSystem } from "../../platform/file-system";
import { fieldsOf } from "../options";
import { type SinkContext, undeliverable } from "./sink";

/**
 * Proves that `writeTarget` can be expected to succeed, by writing an empty draft and removing it: in its folder, or in
 * the nearest one that is there already.
 */
export function proveTarget(target: string, options: unknown, context: SinkContext): Promise<void> {
  const { fileSystem } = context;
  return guarded(target, options, context, async () => {
    await withDraft(fileSystem, await nearestFolder(fileSystem, dirname(target)), target, async (draft) => {
      await writeNewFile(fileSystem, draft, "");
      await fileSystem.unlink(draft);
    });
  });
}

/**
 * Writes a file of mode 0600, its parents made with 0700. It takes the place of the former one in one step, so that
 * a reader sees the old text or the new one; durable when it resolves. A file that is not ours is replaced only with
 * `overwrite: true`.
 */
export function writeTarget(
  target: string,
  text: string,
  options: unknown,
  context: SinkContext,
): Promise<void> {
  const { fileSystem } = context;
  return guarded(target, options, context, async () => {
    await makeFolderDurably(fileSystem, dirname(target));
    await withDraft(fileSystem, dirname(target), target, async (draft) => {
      await writeNewFile(fileSystem, draft, text);
      try {
        await fileSystem.rename(draft, target);
      } catch (error) {
        await fileSystem.unlink(draft).catch(() => undefined);
        throw error;
      }
      await fileSystem.syncFolder(dirname(target));
    });
  });
}

/** One fixed name: what an interrupted delivery left behind is cleared away by the next. */
async function withDraft(
  fileSystem: FileSystem,
  folder: string,
  target: string,
  work: (draft: string) => Promise<void>,
): Promise<void> {
  const draft = join(folder, `.${basename(target)}.jp1im-new`);
  await removeIfThere(fileSystem, draft);
  await work(draft);
}

async function nearestFolder(fileSystem: FileSystem, folder: string): Promise<string> {
  try {
    const { type } = await fileSystem.stat(folder);
    if (type === "folder") return folder;
  } catch (error) {
    if (errorCode(error) !== "ENOENT" || dirname(folder) === folder) throw error;
    return nearestFolder(fileSystem, dirname(folder));
  }
  throw Object.assign(new Error("not a folder"), { code: "ENOTDIR" });
}

async function guarded(
  target: string,
  options: unknown,
  { fileSystem, isOurs }: SinkContext,
  write: () => Promise<void>,
): Promise<void> {
  try {
    await refuseOtherThanFile(fileSystem, target, isOurs || fieldsOf(options).overwrite === true);
    await write();
  } catch (error) {
    if (error instanceof DiagnosticError) throw error;
    const summary = `the file ${target} cannot be written: ${fileFault(error)}`;
    throw undeliverable(summary, "make its folder writable, or deliver to another path", error);
  }
}

async function refuseOtherThanFile(
  fileSystem: FileSystem,
  target: string,
  mayReplace: boolean,
): Promise<void> {
  const type = await fileSystem.lstat(target).then(
    (status) => status.type,
    (error) => {
      if (errorCode(error) === "ENOENT") return undefined;
      throw error;
    },
  );
  if (type === undefined || (type === "file" && mayReplace)) return;
  if (type === "file") {
    throw undeliverable(
      `the file ${target} is there already, and this secret was never delivered to it`,
      "move it away, deliver to another path, or say `overwrite: true` beside `path`",
    );
  }
  const kind = { folder: "a folder", symlink: "a symlink", other: "not a regular file" }[type];
  throw undeliverable(`${target} is ${kind}`, "remove it, or deliver to another path");
}
