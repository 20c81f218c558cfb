import { failure } from "../../model/diagnostic";
import type { LockHolder } from "../../model/state-listing";
import { removeIfThere } from "../../platform/durable-file";
import { fileFault } from "../../platform/file-fault";
import { otherLock } from "../lock/holder";
import { type LockFolder, lockPath, readLock } from "./lock-file";

/**
 * Removes a lock by force. Resolves to its holder, or to `undefined` if there was no lock. Rejects with a
 * `DiagnosticError` if `id` is not the ID of the present lock.
 */
export async function unlock(options: LockFolder & { readonly id: string }): Promise<LockHolder | undefined> {
  const { folder, fileSystem, id } = options;
  const holder = await readLock(options);
  if (holder !== undefined && holder.id !== id) {
    throw otherLock(holder, folder, id);
  }
  try {
    if (holder !== undefined) await removeIfThere(fileSystem, lockPath(folder));
  } catch (error) {
    const summary = `the lock of ${folder} cannot be removed: ${fileFault(error)}`;
    throw failure({ code: "state-unwritable", summary }, { cause: error });
  }
  return holder;
}
