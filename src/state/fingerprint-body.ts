/** The body of an agent's line: which fingerprints it sets and which keys it gives up. */
import { isFingerprint, type KeyFingerprints } from "./port";

interface Body {
  readonly set: Readonly<Record<string, string | null>>;
  readonly unset: readonly string[];
}

export function encodeBody(
  set: Iterable<readonly [key: string, fingerprint: string | null]>,
  unset: Iterable<string>,
): Buffer {
  // `fromEntries` defines its properties, so that a key named `__proto__` is one like any other.
  const body: Body = { set: Object.fromEntries(set), unset: [...unset] };
  return Buffer.from(JSON.stringify(body));
}

/**
 * The fingerprints that a chain of bodies leaves, oldest body first, on top of those from `before`. A key both unset
 * and set in one body is set.
 */
export function mergeBodies(
  bodies: readonly Buffer[],
  before: KeyFingerprints = new Map(),
): Map<string, string | null> {
  const merged = new Map(before);
  for (const bytes of bodies) {
    const body = JSON.parse(bytes.toString("utf8")) as Body;
    for (const key of body.unset) merged.delete(key);
    for (const key of Object.keys(body.set)) merged.set(key, body.set[key] ?? null);
  }
  return merged;
}

/** The same keys, with no last write known. What was never finished, and what was imported, is so under any key. */
export function withoutFingerprints(fingerprints: KeyFingerprints): Map<string, string | null> {
  return new Map([...fingerprints].map(([key, value]) => [key, isFingerprint(value) ? null : value]));
}
