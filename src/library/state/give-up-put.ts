import type { Diagnostic } from "../../model/diagnostic";
import type { HeldLockEntry } from "../../model/state-listing";
import { holdAll, releaseAll } from "../../state/hold-all";
import type { LastPut } from "../../state/last-put";
import { unreadableHolder } from "../../state/lock/holder-json";
import { identityIn, readPartitions } from "../../state/read-state";
import { isSameIdentity, type StateIdentity } from "../../state/state-identity";
import type { LockRequest, Storage } from "../../state/storage";
import { changedMeanwhile, commandOf } from "../../state/unfinished-put";

/**
 * Gives up an interrupted copy: its written parts become the state. Resolves to the run that started the copy.
 * Resolves to `undefined` and does nothing if no copy with this ID was interrupted. Rejects with a `DiagnosticError`
 * (`state-locked`) while that run is at work.
 */
export async function giveUpPut(
  id: string,
  storage: Storage,
  lock: LockRequest,
): Promise<HeldLockEntry | undefined> {
  const open = await openPut(id, storage);
  if (open === undefined) return undefined;
  // A damaged note may be about any of the managers.
  const managers = open.unfinished?.managers ?? (await storage.managers());
  const held = await holdAll({ ...lock, storage, managers });
  try {
    const seen = await storage.identity(true);
    const put = await openPut(id, storage);
    const [first] = held.values();
    if (first === undefined || seen === undefined || put === undefined) return undefined;
    const known = put.damaged === undefined ? seen : { ...seen, ...(await identityOfParts(storage)) };
    const next = { ...known, put: { id } };
    if (!isSameIdentity(await first.settle(seen, next), next)) throw changedMeanwhile(storage);
    lock.report(keptAsIs(managers, storage));
    const { unfinished } = put;
    const { who, host, pid, since } = unfinished ?? unreadableHolder(id);
    const command = unfinished ? commandOf(unfinished) : "state push";
    return {
      manager: managers.join(", "),
      id,
      who,
      host,
      pid,
      command,
      since,
      heartbeat: since,
      keptAsIs: true,
    };
  } finally {
    await releaseAll(held.values());
  }
}

/** The identity from the parts, because the rest of a damaged note may be damaged too. */
async function identityOfParts(storage: Storage): Promise<StateIdentity | undefined> {
  return identityIn((await readPartitions({ storage, keyId: undefined, lineage: undefined })).loaded);
}

/** The unfinished copy with this ID, of which parts may be missing. */
async function openPut(id: string, storage: Storage): Promise<LastPut | undefined> {
  const put = (await storage.identity())?.put;
  return put?.id === id && (put.unfinished ?? put.damaged) !== undefined ? put : undefined;
}

function keptAsIs(managers: readonly string[], { location }: Storage): Diagnostic {
  return {
    code: "state-unfinished",
    severity: "warning",
    summary: `the state in ${location} is kept as it is: that of ${managers.join(", ")} may be as in the copy or as before`,
    remedy: "check what the next plan says of what has no record",
  };
}
