import { createCipheriv, createDecipheriv } from "node:crypto";
import type { SecretValue } from "../model/secret-value";
import type { AgentFingerprints, Fingerprints } from "./port";
import { quickHmac } from "./quick-hmac";

const TAG_BYTES = 16;
/** Of base64url. */
const DIGITS = Buffer.from("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");

/**
 * Fingerprints under a state key (32 bytes in base64): HMAC-SHA-256, cut to 128 bits, in base64url. Each kind of
 * digest has a domain of its own, so that no digest is valid as another kind.
 */
export function createFingerprints(stateKey: SecretValue): Fingerprints {
  const hmac = quickHmac(Buffer.from(stateKey.reveal(), "base64"));
  const agentKey = (address: string) => Buffer.from(hmac(message("agent-key", [address])), "base64url");
  return {
    keyId: hmac(message("key-id", [])),
    tags: (entries) =>
      Buffer.concat(
        [...entries].map(([key, value]) =>
          Buffer.from(hmac(message("tag", [key, value.reveal()])), "base64url"),
        ),
      ),
    onAgent: (address, tags) => bind(tags, () => agentKey(address)),
    rebound: (from, to) => rebind(agentKey(from), agentKey(to)),
    value: (address, value) => hmac(message("value", [address, value.reveal()])),
    block: (entries) => hmac(message("block", inOrderOfKeys(entries))),
    agent: (address, parts) => hmac(message("agent", [address, ...parts])),
  };
}

/**
 * Encrypts tags under the agent's own key: a block cipher maps equal tags of two agents to unrelated fingerprints,
 * and a hundred at once cost as much as one HMAC. Tags of one agent differ, because each contains the key's name, so
 * no cipher block repeats.
 */
function bind(tags: Uint8Array, agentKey: () => Buffer): AgentFingerprints {
  let bound: Buffer | undefined;
  const all = () => {
    bound ??= createCipheriv("aes-128-ecb", agentKey(), null).setAutoPadding(false).update(tags);
    return bound;
  };
  return {
    of: (index) => all().toString("base64url", index * TAG_BYTES, (index + 1) * TAG_BYTES),
    missingAt: (places, bytes, indexes) => {
      const own = all();
      const missing: number[] = [];
      for (let next = 0; next < places.length; next++)
        if (!isBase64At(bytes, places[next] ?? 0, own, (indexes[next] ?? 0) * TAG_BYTES)) missing.push(next);
      return missing;
    },
    writeAt: (places, bytes, indexes) => {
      const own = all();
      for (let next = 0; next < places.length; next++)
        writeBase64At(bytes, places[next] ?? 0, own, (indexes[next] ?? 0) * TAG_BYTES);
    },
  };
}

/** Whether a text in base64url is that of the 16 bytes from `start`: three bytes are four characters, and one is left. */
function isBase64At(text: Uint8Array, offset: number, bytes: Uint8Array, start: number): boolean {
  const last = start + TAG_BYTES - 1;
  let at = offset;
  for (let index = start; index < last; index += 3) {
    const one = bytes[index] ?? 0;
    const two = bytes[index + 1] ?? 0;
    const three = bytes[index + 2] ?? 0;
    const isSame =
      text[at++] === DIGITS[one >> 2] &&
      text[at++] === DIGITS[((one & 3) << 4) | (two >> 4)] &&
      text[at++] === DIGITS[((two & 15) << 2) | (three >> 6)] &&
      text[at++] === DIGITS[three & 63];
    if (!isSame) return false;
  }
  const left = bytes[last] ?? 0;
  return text[at++] === DIGITS[left >> 2] && text[at] === DIGITS[(left & 3) << 4];
}

/** Writes the text for which `isBase64At` looks. */
function writeBase64At(text: Uint8Array, offset: number, bytes: Uint8Array, start: number): void {
  const last = start + TAG_BYTES - 1;
  let at = offset;
  for (let index = start; index < last; index += 3) {
    const one = bytes[index] ?? 0;
    const two = bytes[index + 1] ?? 0;
    const three = bytes[index + 2] ?? 0;
    text[at++] = DIGITS[one >> 2] ?? 0;
    text[at++] = DIGITS[((one & 3) << 4) | (two >> 4)] ?? 0;
    text[at++] = DIGITS[((two & 15) << 2) | (three >> 6)] ?? 0;
    text[at++] = DIGITS[three & 63] ?? 0;
  }
  const left = bytes[last] ?? 0;
  text[at++] = DIGITS[left >> 2] ?? 0;
  text[at] = DIGITS[(left & 3) << 4] ?? 0;
}

/** Blocks do not depend on each other, so one cipher object is enough. */
function rebind(from: Buffer, to: Buffer): (fingerprint: string) => string {
  const decipher = createDecipheriv("aes-128-ecb", from, null).setAutoPadding(false);
  const cipher = createCipheriv("aes-128-ecb", to, null).setAutoPadding(false);
  return (fingerprint) =>
    cipher.update(decipher.update(Buffer.from(fingerprint, "base64url"))).toString("base64url");
}

/** Every text follows its length, so that different lists of texts give different messages. */
function message(domain: string, texts: readonly string[]): string {
  let whole = `jp1im ${domain}`;
  for (const text of texts) whole += ` ${text.length}:${text}`;
  return whole;
}

function inOrderOfKeys(entries: Iterable<readonly [key: string, value: SecretValue]>): string[] {
  const sorted = [...entries].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  return sorted.flatMap(([key, value]) => [key, value.reveal()]);
}
