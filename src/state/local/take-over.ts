import type { LockHolder } from "../../model/state-listing";
import { removeIfThere, writeNewFile } from "../../platform/durable-file";
import { holderToJson } from "../lock/holder-json";
import {
  claimPath,
  createLockFile,
  draftPath,
  type LockFolder,
  lockPath,
  readHolder,
  readLock,
} from "./lock-file";

/** A longer chain of claims is no accident, and a person has to resolve it. */
const DEAD_CLAIMS = 20;

/**
 * Replaces the lock of a run that has ended. Returns false if another run does so. If a run died during the same
 * attempt, its claim remains. A claim to that claim then decides, and so on.
 */
export async function takeOver(
  place: LockFolder,
  own: LockHolder,
  seen: LockHolder,
  isGone: (holder: LockHolder) => boolean,
): Promise<boolean> {
  const claim = await claimTakeover(place, own, seen, isGone);
  if (claim === undefined) return false;
  const { fileSystem, folder } = place;
  try {
    const now = await readLock(place);
    if (now?.id !== seen.id || !isGone(now)) return false;
    await replaceLock(place, own);
    return true;
  } finally {
    await removeIfThere(fileSystem, claimPath(folder, claim));
  }
}

/** Replaces the present lock. The caller must have the right to do so. */
export async function replaceLock({ fileSystem, folder }: LockFolder, holder: LockHolder): Promise<void> {
  const draft = draftPath(folder, holder.id);
  await removeIfThere(fileSystem, draft);
  await writeNewFile(fileSystem, draft, holderToJson(holder));
  await fileSystem.rename(draft, lockPath(folder));
}

/** Returns the claimed ID; `undefined` if a live run has the claim. */
async function claimTakeover(
  place: LockFolder,
  own: LockHolder,
  seen: LockHolder,
  isGone: (holder: LockHolder) => boolean,
): Promise<string | undefined> {
  let claimed = seen;
  for (let link = 0; link < DEAD_CLAIMS; link++) {
    const path = claimPath(place.folder, claimed.id);
    if (await createLockFile(place, path, own)) return claimed.id;
    const other = await readHolder(place.fileSystem, path);
    if (other === undefined || other.id === claimed.id || !isGone(other)) return undefined;
    claimed = other;
  }
  return undefined;
}
