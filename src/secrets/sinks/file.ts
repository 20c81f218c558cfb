import { basename, dirname, join } from "node:path";
import type { SinkReference } from "../../model/desired-state";
import { DiagnosticError } from "../../model/diagnostic";
import { makeFolderDurably, removeIfThere, writeNewFile } from "../../platform/durable-file";
import { fileFault } from "../../platform/file-fault";
import { errorCode, type FileSystem } from "../../platform/file-system";
import { pathFrom, pathOption } from "../path-option";
import { type Sink, undeliverable } from "./sink";

/**
 * `file: PATH`. The file holds the secret and nothing else, not even a line end; mode 0600, parents made with 0700.
 * It takes the place of the former one in one step, so that a reader sees the old secret or the new one.
 */
export const file: Sink = {
  type: "file",
  describe: (options) => `file ${pathOption(options) ?? "without a path"}`,
  prove: (reference, { fileSystem }) =>
    withTarget(reference, fileSystem, async (_, draft) => {
      await writeNewFile(fileSystem, draft, "");
      await fileSystem.unlink(draft);
    }),
  deliver: (reference, { secret }, { fileSystem }) =>
    withTarget(reference, fileSystem, async (target, draft) => {
      await writeNewFile(fileSystem, draft, secret.reveal());
      try {
        await fileSystem.rename(draft, target);
      } catch (error) {
        await fileSystem.unlink(draft).catch(() => undefined);
        throw error;
      }
      await fileSystem.syncFolder(dirname(target));
    }),
};

async function withTarget(
  reference: SinkReference,
  fileSystem: FileSystem,
  write: (target: string, draft: string) => Promise<void>,
): Promise<void> {
  const named = pathOption(reference.options);
  if (named === undefined) throw undeliverable("file has to name one path", "write: file: PATH");
  const target = pathFrom(reference.folder, named);
  try {
    await refuseOtherThanFile(fileSystem, target);
    await makeFolderDurably(fileSystem, dirname(target));
    // One fixed name: what an interrupted delivery left behind is cleared away by the next.
    const draft = join(dirname(target), `.${basename(target)}.jp1im-new`);
    await removeIfThere(fileSystem, draft);
    await write(target, draft);
  } catch (error) {
    if (error instanceof DiagnosticError) throw error;
    const summary = `the file ${target} cannot be written: ${fileFault(error)}`;
    throw undeliverable(summary, "make its folder writable, or deliver to another path", error);
  }
}

async function refuseOtherThanFile(fileSystem: FileSystem, target: string): Promise<void> {
  const type = await fileSystem.lstat(target).then(
    (status) => status.type,
    (error) => {
      if (errorCode(error) === "ENOENT") return undefined;
      throw error;
    },
  );
  if (type === undefined || type === "file") return;
  const kind = { folder: "a folder", symlink: "a symlink", other: "not a regular file" }[type];
  throw undeliverable(`${target} is ${kind}`, "remove it, or deliver to another path");
}
