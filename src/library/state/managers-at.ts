import { managerOf } from "../../model/address";
import type { Storage } from "../../state/storage";

/** The managers of addresses that the state has. A lock would create a partition for any other manager. */
export async function managersAt(addresses: readonly string[], storage: Storage): Promise<string[]> {
  const known = await storage.managers();
  return [...new Set(addresses.map(managerOf))].filter((manager) => known.includes(manager));
}
