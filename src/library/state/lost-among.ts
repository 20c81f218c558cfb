import { HiddenPartError } from "../../state/hidden-part";
import type { Storage } from "../../state/storage";
import { managersAt } from "./managers-at";

/** The managers among these addresses that the state lists, and has nothing of: their part was never written, or is lost. */
export async function lostAmong(addresses: readonly string[], storage: Storage): Promise<readonly string[]> {
  if (storage.forget === undefined) return [];
  const lost: string[] = [];
  for (const manager of await managersAt(addresses, storage))
    if (addresses.includes(manager) && !(await isThere(manager, storage))) lost.push(manager);
  return lost;
}

async function isThere(manager: string, storage: Storage): Promise<boolean> {
  try {
    return (await storage.read(manager)) !== undefined;
  } catch (error) {
    return !(error instanceof HiddenPartError);
  }
}
