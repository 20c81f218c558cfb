import { isWithin, managerOf } from "../../model/address";
import { failure } from "../../model/diagnostic";
import type { KeptEntry } from "../../model/state-listing";
import type { KeptSecret, OnKeptFault } from "../../secrets/port";
import { listKept } from "../../secrets/recovery";
import { openState } from "../../state/open-state";
import type { Storage } from "../../state/storage";
import { auditedOnState } from "../audit/audited";
import type { InputOptions } from "../inputs/inputs";
import type { Platform } from "../platform";
import { throwDamage } from "./damage";
import { locateState } from "./locate-state";
import { type LockWait, lockOptions } from "./locked";
import { managersAt } from "./managers-at";

/** All that is kept, but for managers whose kept secrets cannot be read; no key is needed to tell. */
export async function keptIn(storage: Storage, onFault: OnKeptFault): Promise<readonly KeptEntry[]> {
  return (await listKept(storage, undefined, onFault)).map(({ path, address, issuedAt }) => ({
    ...(address !== undefined && { address }),
    ...(issuedAt !== undefined && { issuedAt }),
    path,
  }));
}

/**
 * Removes kept secrets for good: those of each address, and of all below it. The state's records stay, so that what the
 * state waits for is issued anew by the next apply. Throws `nothing-matched`, and removes nothing, when nothing is kept of an
 * address.
 *
 * @example
 * const { removed } = await removeKept({ files: ["tokyo.yaml"] }, ["tokyo/client/old"], createPlatform());
 */
export async function removeKept(
  options: InputOptions & LockWait,
  addresses: readonly string[],
  platform: Platform,
): Promise<{ readonly removed: readonly string[] }> {
  return auditedOnState(
    { ...options, command: "state rm" },
    platform,
    (own) => performRemoveKept(options, addresses, own),
    ({ removed: addresses }) => ({ addresses }),
  );
}

async function performRemoveKept(
  options: InputOptions & LockWait,
  addresses: readonly string[],
  platform: Platform,
): Promise<{ readonly removed: readonly string[] }> {
  const { storage } = await locateState(options, platform);
  const lock = lockOptions({ ...options, command: "state rm" }, platform);
  const state = await openState({ ...lock, storage, managers: await managersAt(addresses, storage) });
  try {
    throwDamage(state, addresses.map(managerOf));
    const kept = await keptOf(addresses.map(managerOf), storage);
    const isOf = (place: string) => (each: { readonly address?: string }) =>
      each.address !== undefined && isWithin(each.address, place);
    const missing = addresses.filter((place) => !kept.some(isOf(place)));
    if (missing.length > 0) throw notKept(missing, storage.location);
    const chosen = kept.filter((each) => addresses.some((place) => isOf(place)(each)));
    for (const { manager, name } of chosen) await storage.kept(manager).remove(name);
    return { removed: [...new Set(chosen.flatMap(({ address }) => address ?? []))].sort() };
  } finally {
    await state.close();
  }
}

/** What is kept of these managers. Rejects where that of one of them cannot be read. */
export function keptOf(managers: readonly string[], storage: Storage): Promise<readonly KeptSecret[]> {
  return listKept({ managers: async () => managers, kept: (manager) => storage.kept(manager) });
}

/** For a list of kept secrets that has to be whole for these managers, and for no other one. */
export function rejectFor(...managers: readonly (string | undefined)[]): OnKeptFault {
  return (manager, error) => {
    if (managers.includes(manager)) throw error;
  };
}

function notKept(addresses: readonly string[], location: string) {
  return failure({
    code: "nothing-matched",
    summary: `no secret of ${addresses.join(", ")} is kept in ${location}`,
    remedy: "`jp1im state list` shows what is kept",
  });
}
