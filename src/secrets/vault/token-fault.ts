import type { SecretValue } from "../../model/secret-value";
import type { VaultExchange } from "./exchange";
import { VaultError } from "./vault-error";

/**
 * The error if the server refuses the token itself; `undefined` if it knows the token. A server answers 403 in both
 * cases, and almost every policy permits a token to look itself up.
 */
export async function tokenFault(
  exchange: VaultExchange,
  token: SecretValue,
): Promise<VaultError | undefined> {
  const call = { method: "GET", path: "auth/token/lookup-self", accepted: [400, 403, 404, 405] } as const;
  const { status } = await exchange.send({ ...call, token });
  if (status !== 403) return undefined;
  const { address, namespace } = exchange.server;
  const within = namespace === undefined ? "" : ` in the namespace ${namespace}`;
  return new VaultError(
    `the vault at ${address} does not accept the token${within}: it is wrong, or has expired or been revoked`,
    `give it a valid token${namespace === undefined ? "" : ", and check that it is one of this namespace"}; one that is valid needs the policy \`default\`, or one that permits auth/token/lookup-self`,
    403,
  );
}
