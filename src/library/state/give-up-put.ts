import type { HeldLockEntry } from "../../model/state-listing";
import { holdAll, releaseAll } from "../../state/hold-all";
import { isSameIdentity } from "../../state/state-identity";
import type { LockRequest, Storage } from "../../state/storage";
import { changedMeanwhile, commandOf } from "../../state/unfinished-put";

/**
 * Keeps what is there of a copy that was interrupted: from then on it is the state. Resolves to the run that had begun it, and to `undefined`,
 * with nothing done, where none with this ID was interrupted. Rejects with a `DiagnosticError` (`state-locked`) while that run is at work.
 */
export async function giveUpPut(
  id: string,
  storage: Storage,
  lock: LockRequest,
): Promise<HeldLockEntry | undefined> {
  const { managers = [] } = (await unfinishedPut(id, storage)) ?? {};
  if (managers.length === 0) return undefined;
  const held = await holdAll({ ...lock, storage, managers });
  try {
    const seen = await storage.identity(true);
    const put = await unfinishedPut(id, storage);
    const [first] = held.values();
    if (first === undefined || seen === undefined || put === undefined) return undefined;
    const next = { ...seen, put: { id } };
    if (!isSameIdentity(await first.settle(seen, next), next)) throw changedMeanwhile(storage);
    const { who, host, pid, since } = put;
    return {
      ...{ manager: managers.join(", "), command: commandOf(put) },
      ...{ id, who, host, pid, since, heartbeat: since },
    };
  } finally {
    await releaseAll(held.values());
  }
}

async function unfinishedPut(id: string, storage: Storage) {
  const put = (await storage.identity())?.put;
  return put?.id === id ? put.unfinished : undefined;
}
