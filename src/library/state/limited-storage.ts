import type { Storage } from "../../state/storage";

/**
 * A view of a state for a run on some of its managers, with only their partitions. Otherwise each of a thousand runs
 * on one manager would read a thousand partitions. If the state has an undeclared manager, the view shows everything,
 * because this may be a declared one under its former name.
 */
export function limitedStorage(
  storage: Storage,
  needed: readonly string[],
  declared: { has(manager: string): boolean },
): Storage {
  const own = storage.forRun?.() ?? storage;
  return {
    whole: storage,
    location: storage.location,
    mayTear: storage.mayTear,
    flushPauseMs: storage.flushPauseMs,
    identity: (isFresh) => storage.identity(isFresh),
    async managers() {
      const managers = await storage.managers();
      if (!managers.every((manager) => declared.has(manager))) return managers;
      return managers.filter((manager) => needed.includes(manager));
    },
    read: (manager) => storage.read(manager),
    ...(storage.open && { open: (manager) => storage.open?.(manager) ?? storage.read(manager) }),
    describe: (manager, file) => storage.describe(manager, file),
    holder: (manager, asks) => storage.holder(manager, asks),
    isGone: (holder) => storage.isGone(holder),
    hold: (manager, run) => own.hold(manager, run),
    unlock: (manager, id, run) => storage.unlock(manager, id, run),
    ...(storage.forget && { forget: (manager, run) => own.forget?.(manager, run) ?? Promise.resolve(false) }),
    kept: (manager) => own.kept(manager),
  };
}
