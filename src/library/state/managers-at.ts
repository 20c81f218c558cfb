import { managerOf } from "../../model/address";
import type { Storage } from "../../state/storage";

/** The managers of addresses, as far as the state has them: others would get a partition by being locked. */
export async function managersAt(addresses: readonly string[], storage: Storage): Promise<string[]> {
  const known = await storage.managers();
  return [...new Set(addresses.map(managerOf))].filter((manager) => known.includes(manager));
}
