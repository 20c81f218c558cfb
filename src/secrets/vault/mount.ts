import type { SecretValue } from "../../model/secret-value";
import { entryOf, textAt } from "../tree/tree";
import type { VaultExchange } from "./exchange";
import { encodePath, type VaultPlace } from "./settings";
import { tokenFault } from "./token-fault";
import { VaultError } from "./vault-error";
import { unknownCall } from "./wrong-server";

/**
 * Checks that a place is in an engine of KV version 2: with version 1 a write would go to another path without an
 * error. Rejects with a `VaultError`. Passes if the server cannot tell.
 */
export async function requireVersion2(
  exchange: VaultExchange,
  token: SecretValue,
  { mount, path }: VaultPlace,
): Promise<void> {
  const { status, answer } = await exchange.send({
    method: "GET",
    path: `sys/internal/ui/mounts/${encodePath(mount)}/${encodePath(path)}`,
    accepted: [400, 403, 404, 405],
    token,
  });
  const fail = (summary: string, remedy: string) => new VaultError(summary, remedy, status);
  const where = `in the vault at ${exchange.server.address}`;
  // The server gives the same answer in both cases, so that nobody can guess names.
  const wrong = status === 404 ? unknownCall(exchange.server) : undefined;
  if (wrong !== undefined) throw wrong;
  if (status === 403) {
    const refused = await tokenFault(exchange, token);
    if (refused !== undefined) throw refused;
    throw fail(
      `there is no engine at ${mount} ${where}, or the token may do nothing at ${mount}/data/${path}`,
      "check the mount that `path` begins with, and the policy of the token",
    );
  }
  const description = entryOf(answer, "data");
  const [type, actual] = [textAt(description, "type"), textAt(description, "path")?.replace(/\/+$/, "")];
  if (status !== 200 || type === undefined || actual === undefined) return;
  if (actual !== mount) {
    const below = `${mount}/${path}`.slice(actual.length + 1);
    throw fail(
      `the engine ${where} is mounted at ${actual}, not at ${mount}`,
      `write: path: { mount: ${actual}, path: ${below} }`,
    );
  }
  if (type !== "kv" && type !== "generic") {
    throw fail(`the engine at ${mount} ${where} is of type ${type}, not KV`, "use a KV version 2 mount");
  }
  if (textAt(entryOf(description, "options"), "version") === "2") return;
  throw fail(
    `the engine at ${mount} ${where} is KV version 1`,
    `name a mount of version 2, or have this one upgraded: bao kv enable-versioning ${mount}/`,
  );
}
