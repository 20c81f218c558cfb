import { decodingsOf } from "./decodings";

/** A secret of fewer characters has no half that differs from an ordinary word. */
const LEAST_WITH_HALVES = 8;
/** So many characters in a row are a part of the secret, however long it is. */
const MOST_SHARED = 8;
/** Shorter lines of a secret are found in any text. */
const LEAST_LINE = 4;

/**
 * Whether a text shares a part with one of the secrets: half of it or 8 characters in a row, in any case and in any of the
 * encodings that `readingsOf` undoes. A text that does is left out as a whole: cutting secrets out of texts never quite
 * works.
 */
export function repeatsSecret(text: string, secrets: readonly string[]): boolean {
  const parts = partsOf(secrets);
  if (parts.size === 0) return false;
  for (const reading of decodingsOf(text)) {
    if (holdsAny(compact(reading), parts)) return true;
  }
  return false;
}

/** By their length: what a text that repeats a secret has in common with it. */
type Parts = Map<number, Set<string>>;

function partsOf(secrets: readonly string[]): Parts {
  const parts: Parts = new Map();
  for (const secret of secrets) {
    addParts(parts, secret, (length) => Math.floor(length / 2));
    // A line is no secret of its own, and its half may be any word.
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
  // What base64 loses with its case, in a host name say, cannot be decoded.
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

/** Without blanks and case, so that neither folding nor a host name's lower case hides anything; in one of base64's alphabets. */
function compact(text: string): string {
  return text
    .replace(/[\s\p{C}]+/gu, "")
    .toLowerCase()
    .replaceAll("-", "+")
    .replaceAll("_", "/");
}

/** What base64 makes of the bytes behind that many others; without the characters that depend on their neighbours. */
function base64At(bytes: Buffer, offset: number): string {
  const text = Buffer.concat([Buffer.alloc(offset), bytes]).toString("base64");
  return text.slice(Math.ceil((offset * 8) / 6), Math.floor(((offset + bytes.length) * 8) / 6));
}
