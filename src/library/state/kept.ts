import { isWithin, managerOf } from "../../model/address";
import { failure } from "../../model/diagnostic";
import type { KeptEntry } from "../../model/state-listing";
import type { KeptSecret, OnKeptFault } from "../../secrets/port";
import { listKept } from "../../secrets/recovery";
import type { Storage } from "../../state/storage";
import { auditedOnState } from "../audit/audited";
import type { InputOptions } from "../inputs/inputs";
import type { Platform } from "../platform";
import { throwDamage } from "./damage";
import { locateState } from "./locate-state";
import { type LockWait, lockOptions, withOpenState } from "./locked";
import { managersAt } from "./managers-at";

/** All kept secrets, except those of managers that cannot be read. This needs no key. */
export async function keptIn(storage: Storage, onFault: OnKeptFault): Promise<readonly KeptEntry[]> {
  return (await listKept(storage, undefined, onFault)).map(({ path, address, issuedAt }) => ({
    address,
    issuedAt,
    path,
  }));
}

/**
 * Removes kept secrets permanently: those of each address, and of all below it. The state's records stay, so the next
 * apply issues these secrets again. Throws `nothing-matched` and removes nothing if an address has no kept secret.
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
  return withOpenState(
    { ...lock, storage, managers: await managersAt(addresses, storage) },
    async (state) => {
      throwDamage(state, addresses.map(managerOf));
      const kept = await keptOf(addresses.map(managerOf), storage);
      const isOf = (place: string) => (each: { readonly address?: string | undefined }) =>
        each.address !== undefined && isWithin(each.address, place);
      const missing = addresses.filter((place) => !kept.some(isOf(place)));
      if (missing.length > 0) throw notKept(missing, storage.location);
      const chosen = kept.filter((each) => addresses.some((place) => isOf(place)(each)));
      for (const { manager, name } of chosen) await storage.kept(manager).remove(name);
      return { removed: [...new Set(chosen.flatMap(({ address }) => address ?? []))].sort() };
    },
  );
}

/** The kept secrets of these managers. Rejects if those of one manager cannot be read. */
export function keptOf(managers: readonly string[], storage: Storage): Promise<readonly KeptSecret[]> {
  return listKept({ managers: async () => managers, kept: (manager) => storage.kept(manager) });
}

/** Rejects for a fault of these managers, and ignores faults of others. */
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
