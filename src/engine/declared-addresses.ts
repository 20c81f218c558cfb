import { clientAddress, initialSecretAddress, lowerManagerAddress, secretAddress } from "../model/address";
import type { DesiredManager, DesiredState } from "../model/desired-state";

/** Every address that the desired state spells out; what a selector finds is in none. */
export function* declaredAddresses({ managers }: Pick<DesiredState, "managers">): Generator<string> {
  for (const manager of managers.values()) yield* addressesOf(manager);
}

function* addressesOf(manager: DesiredManager): Generator<string> {
  const { name, initialSecret, clients, lowerManagers, agents } = manager;
  yield name;
  if (initialSecret) yield initialSecretAddress(name);
  for (const { id } of clients) yield clientAddress(name, id);
  for (const { host } of lowerManagers) yield lowerManagerAddress(name, host);
  for (const { selector, secrets } of agents) {
    if (selector.by !== "host") continue;
    for (const key of secrets.keys()) yield secretAddress(name, selector, key);
  }
}
