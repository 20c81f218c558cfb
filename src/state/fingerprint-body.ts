/** The body of an agent's line: which fingerprints it sets and which keys it gives up. */
import { failure } from "../model/diagnostic";
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
 * and set in one body is set. Throws a `DiagnosticError` (`state-corrupted`) for a body that this tool did not write.
 */
export function mergeBodies(
  bodies: readonly Buffer[],
  before: KeyFingerprints = new Map(),
): Map<string, string | null> {
  const merged = new Map(before);
  for (const bytes of bodies) {
    const { set, unset } = decodeBody(bytes);
    for (const key of unset) merged.delete(key);
    for (const key of Object.keys(set)) {
      const fingerprint = set[key];
      merged.set(key, typeof fingerprint === "string" ? fingerprint : null);
    }
  }
  return merged;
}

/** A checksum that holds says that the line is whole, and not who wrote it. */
function decodeBody(bytes: Buffer): Body {
  try {
    const body = JSON.parse(bytes.toString("utf8"));
    if (typeof body.set === "object" && body.set !== null && Array.isArray(body.unset)) return body;
  } catch {
    // Falls through: the parser's own message would show a part of the state.
  }
  throw failure({
    code: "state-corrupted",
    summary: "the state holds a record of an agent that no version of jp1im wrote",
    remedy: "restore the state from a backup, or move it away: without a state, values are written anew",
  });
}

/** The same keys, with no last write known. What was never finished, and what was imported, is so under any key. */
export function withoutFingerprints(fingerprints: KeyFingerprints): Map<string, string | null> {
  return new Map([...fingerprints].map(([key, value]) => [key, isFingerprint(value) ? null : value]));
}
