import type { VaultServer } from "./settings";
import { VaultError } from "./vault-error";

/** The likely cause if a server does not know a call that every Vault has; `undefined` if the settings name none. */
export function unknownCall({ address, namespace }: VaultServer): VaultError | undefined {
  const { pathname, origin } = new URL(address);
  if (pathname !== "/") {
    return new VaultError(
      `the vault at ${address} has no API there: the address has the path ${pathname}`,
      `give ${origin} as the address: /v1 is added to it`,
      404,
    );
  }
  if (namespace === undefined) return undefined;
  return new VaultError(
    `the vault at ${address} has nothing in the namespace ${namespace}`,
    "check `namespace`, or BAO_NAMESPACE or VAULT_NAMESPACE; leave it out for a server without namespaces",
    404,
  );
}
