import type { SecretValue } from "../model/secret-value";
import type { Fingerprints } from "./port";
import { quickHmac } from "./quick-hmac";

/**
 * Fingerprints under a state key (32 bytes in base64): HMAC-SHA-256, cut to 128 bits, in base64url. Each kind of
 * digest has a domain of its own, so that none can be passed off as another.
 */
export function createFingerprints(stateKey: SecretValue): Fingerprints {
  const hmac = quickHmac(Buffer.from(stateKey.reveal(), "base64"));
  return {
    keyId: hmac(message("key-id", [])),
    value: (address, value) => hmac(message("value", [address, value.reveal()])),
    block: (entries) => hmac(message("block", inOrderOfKeys(entries))),
    agent: (address, parts) => hmac(message("agent", [address, ...parts])),
  };
}

/** Every text goes in behind its length, so that no two lists of texts make the same message. */
function message(domain: string, texts: readonly string[]): string {
  let whole = `jp1im ${domain}`;
  for (const text of texts) whole += ` ${text.length}:${text}`;
  return whole;
}

function inOrderOfKeys(entries: Iterable<readonly [key: string, value: SecretValue]>): string[] {
  const sorted = [...entries].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  return sorted.flatMap(([key, value]) => [key, value.reveal()]);
}
