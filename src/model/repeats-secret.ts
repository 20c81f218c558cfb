import { decodingsOf } from "./decodings";

/** A secret of fewer characters has no half that differs from an ordinary word. */
const LEAST_WITH_HALVES = 8;
/** This many characters in a row count as a part of any secret. */
const MOST_SHARED = 8;
/** Shorter lines of a secret would match any text. */
const LEAST_LINE = 4;

/**
 * Whether a text shares a part with one of the secrets: half of it or 8 characters in a row, in any case and in any
 * of the encodings that `readingsOf` undoes. Callers drop such a text as a whole, because cutting secrets out of
 * texts is unreliable.
 */
export function repeatsSecret(text: string, secrets: readonly string[]): boolean {
  const parts = partsOf(secrets);
  if (parts.size === 0) return false;
  for (const reading of decodingsOf(text)) {
    if (holdsAny(compact(reading), parts)) return true;
  }
  return false;
}

/** Parts of secrets, by their length. */
type Parts = Map<number, Set<string>>;

function partsOf(secrets: readonly string[]): Parts {
  const parts: Parts = new Map();
  for (const secret of secrets) {
    addParts(parts, secret, (length) => Math.floor(length / 2));
    // A line is not a secret by itself, and half of it may be any word.
    for (const line of secret.split(/\r?\n/)) if (line.trim().length >= LEAST_LINE) addParts(parts, line);
  }
  return parts;
}

function addParts(parts: Parts, secret: string, leastOf = (length: number) => length): void {
  const bytes = Buffer.from(secret, "utf8");
  for (const spelled of [secret, bytes.toString("latin1")].map(compact)) {
    const least = spelled.length < LEAST_WITH_HALVES ? spelled.length : leastOf(spelled.length);
    addEach(parts, spelled, Math.min(least, MOST_SHARED));
  }
  // Base64 in lower case, as in a host name, cannot be decoded.
  for (const offset of [0, 1, 2]) addEach(parts, compact(base64At(bytes, offset)), MOST_SHARED);
}

function addEach(parts: Parts, text: string, length: number): void {
  if (length === 0) return;
  const some = parts.get(length) ?? new Set();
  for (let at = 0; at + length <= text.length; at++) some.add(text.slice(at, at + length));
  if (some.size > 0) parts.set(length, some);
}

function holdsAny(text: string, parts: Parts): boolean {
  for (const [length, some] of parts) {
    for (let at = 0; at + length <= text.length; at++) if (some.has(text.slice(at, at + length))) return true;
  }
  return false;
}

/**
 * Removes blanks and case, so that line breaks or the lower case of a host name hide nothing; uses one alphabet of
 * base64.
 */
function compact(text: string): string {
  return text
    .replace(/[\s\p{C}]+/gu, "")
    .toLowerCase()
    .replaceAll("-", "+")
    .replaceAll("_", "/");
}

/** The base64 of the bytes at an offset, without the characters that depend on neighbouring bytes. */
function base64At(bytes: Buffer, offset: number): string {
  const text = Buffer.concat([Buffer.alloc(offset), bytes]).toString("base64");
  return text.slice(Math.ceil((offset * 8) / 6), Math.floor(((offset + bytes.length) * 8) / 6));
}
