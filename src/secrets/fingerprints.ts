import { createHmac, createSecretKey, type KeyObject } from "node:crypto";
import type { SecretValue } from "../model/secret-value";
import type { Fingerprints } from "./port";

const DIGEST_BYTES = 16;

/**
 * Fingerprints under a state key (32 bytes in base64): HMAC-SHA-256, cut to 128 bits, in base64url. Each kind of
 * digest has a domain of its own, so that none can be passed off as another.
 */
export function createFingerprints(stateKey: SecretValue): Fingerprints {
  const key = createSecretKey(stateKey.reveal(), "base64");
  return {
    keyId: digest(key, "key-id", []),
    value: (address, value) => digest(key, "value", [address, value.reveal()]),
    block: (entries) => digest(key, "block", inOrderOfKeys(entries)),
    agent: (address, parts) => digest(key, "agent", [address, ...parts]),
  };
}

/** Every text goes in behind its length, so that no two lists of texts are the same bytes. */
function digest(key: KeyObject, domain: string, texts: readonly string[]): string {
  let message = `jp1im ${domain}`;
  for (const text of texts) message += ` ${text.length}:${text}`;
  // UTF-16 keeps every string apart; UTF-8 would make one character of all unpaired surrogates.
  const mac = createHmac("sha256", key).update(message, "utf16le").digest();
  return mac.toString("base64url", 0, DIGEST_BYTES);
}

function inOrderOfKeys(entries: Iterable<readonly [key: string, value: SecretValue]>): string[] {
  const sorted = [...entries].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  return sorted.flatMap(([key, value]) => [key, value.reveal()]);
}
