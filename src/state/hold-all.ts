import { requireNotCancelled } from "../model/cancelled";
import type { HeldPartition, LockRequest, Storage } from "./storage";

export interface LocksToTake extends LockRequest {
  readonly storage: Storage;
  readonly managers: Iterable<string>;
  /** By manager: why the run needs it, if the user did not name it. */
  readonly reasons?: ReadonlyMap<string, string>;
}

/**
 * Takes the locks of all the managers' partitions, or none. Returns them by manager. Rejects with a `DiagnosticError`
 * (`state-locked`, `state-unwritable`, `cancelled`).
 */
export async function holdAll(locks: LocksToTake): Promise<Map<string, HeldPartition>> {
  const { storage, managers, clock, lockTimeoutMs, reasons } = locks;
  const deadline = clock.elapsed() + lockTimeoutMs;
  const held = new Map<string, HeldPartition>();
  try {
    // Every run uses this order, so that no two wait for each other.
    for (const manager of [...new Set(managers)].sort()) {
      requireNotCancelled(locks.signal);
      const left = Math.max(0, deadline - clock.elapsed());
      const request = { ...locks, lockTimeoutMs: left, reason: reasons?.get(manager) };
      held.set(manager, await storage.hold(manager, request));
    }
    return held;
  } catch (error) {
    await releaseAll(held.values());
    throw error;
  }
}

/** The same for all managers of a state. No new manager may appear while the run waits for locks. */
export async function holdWhole(locks: Omit<LocksToTake, "managers">): Promise<Map<string, HeldPartition>> {
  const { storage, clock, lockTimeoutMs } = locks;
  const deadline = clock.elapsed() + lockTimeoutMs;
  for (;;) {
    const managers = await storage.managers();
    const left = Math.max(0, deadline - clock.elapsed());
    const held = await holdAll({ ...locks, managers, lockTimeoutMs: left });
    // Reads the state again, because it may have changed during the wait.
    await storage.identity(true);
    if ((await storage.managers()).every((manager) => held.has(manager))) return held;
    await releaseAll(held.values());
  }
}

/** In reverse order, because the first lock may have created folders that later ones use. */
export async function releaseAll(held: Iterable<HeldPartition>): Promise<void> {
  for (const each of [...held].reverse()) await each.release();
}
