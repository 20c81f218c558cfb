import { createHash } from "node:crypto";
import { SecretValue } from "../../model/secret-value";
import type { SourceContext } from "../sources/source";
import { entryOf, textAt } from "../tree/tree";
import type { VaultExchange } from "./exchange";
import { encodePath, type VaultAuth, variable } from "./settings";
import { VaultError } from "./vault-error";

/**
 * The token for a server. A run logs in once per server and role, for sources and sinks together: logins with the
 * same content share one token, whichever files the IDs come from.
 */
export async function logIn(
  exchange: VaultExchange,
  auth: VaultAuth,
  context: Omit<SourceContext, "runProgram">,
): Promise<SecretValue> {
  const { address, namespace } = exchange.server;
  if (auth.method === "environment") {
    const token = variable(context.env, "TOKEN");
    if (token) return new SecretValue(token);
    throw new VaultError("vault: no token is known", "set BAO_TOKEN or VAULT_TOKEN, or give `auth`");
  }
  if (auth.method === "token") return context.resolve(auth.token);
  const [roleId, secretId] = await Promise.all([
    context.resolve(auth.roleId),
    context.resolve(auth.secretId),
  ]);
  const body = JSON.stringify({ role_id: roleId.reveal(), secret_id: secretId.reveal() });
  const role = createHash("sha256").update(body).digest("hex");
  return context.once(`vault login ${JSON.stringify([address, namespace, auth.mount, role])}`, async () => {
    const path = `auth/${encodePath(auth.mount)}/login`;
    const { answer } = await exchange.send({ method: "POST", path, body });
    const token = textAt(entryOf(answer, "auth"), "client_token");
    if (!token) throw exchange.malformed();
    return new SecretValue(token);
  });
}
