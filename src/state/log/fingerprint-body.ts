/** The body of an agent's line: which fingerprints and source versions it sets, and which keys it gives up. */
import { failure } from "../../model/diagnostic";
import { isFingerprint, type KeyFingerprints, type KeyVersions } from "../port";
import { PUT_BACK } from "./damage";

interface Body {
  readonly set: Readonly<Record<string, string | null>>;
  readonly unset: readonly string[];
  /** Of the keys of `set`, in their order; absent where none has one. Names would take more room than versions. */
  readonly versions?: readonly (string | null)[];
}

/** What a state holds of one agent's keys. */
export interface AgentKeys {
  readonly fingerprints: KeyFingerprints;
  readonly versions: KeyVersions;
}

export const noKeys: AgentKeys = { fingerprints: new Map(), versions: new Map() };

/** A version of a key that `set` does not name is not recorded; a key that is set without one has none from then on. */
export function encodeBody(
  set: Iterable<readonly [key: string, fingerprint: string | null]>,
  unset: Iterable<string>,
  versions: KeyVersions = noKeys.versions,
): Buffer {
  // `fromEntries` defines its properties, so that a key named `__proto__` is one like any other.
  const entries: Body["set"] = Object.fromEntries(set);
  const body: Body = { set: entries, unset: [...unset] };
  const own = versions.size === 0 ? [] : Object.keys(entries).map((key) => versions.get(key) ?? null);
  const isAny = own.some((version) => version !== null);
  return Buffer.from(JSON.stringify(isAny ? { ...body, versions: own } : body));
}

/**
 * What a chain of bodies leaves, oldest body first, on top of what was there `before`. A key both unset and set in one
 * body is set. Throws a `DiagnosticError` (`state-corrupted`) for a body that this tool did not write.
 */
export function mergeBodies(bodies: readonly Buffer[], before: AgentKeys = noKeys): AgentKeys {
  const fingerprints = new Map(before.fingerprints);
  const versions = new Map(before.versions);
  for (const bytes of bodies) {
    const { set, unset, versions: own = [] } = decodeBody(bytes);
    for (const key of unset) {
      fingerprints.delete(key);
      versions.delete(key);
    }
    for (const [index, key] of Object.keys(set).entries()) {
      const [fingerprint, version] = [set[key], own[index]];
      fingerprints.set(key, typeof fingerprint === "string" ? fingerprint : null);
      if (typeof version === "string") versions.set(key, version);
      else versions.delete(key);
    }
  }
  return { fingerprints, versions };
}

/** A chain of bodies as one. */
export function joinBodies(bodies: readonly Buffer[]): Buffer {
  const { fingerprints, versions } = mergeBodies(bodies);
  return encodeBody(fingerprints, [], versions);
}

/** A checksum that holds says that the line is whole, and not who wrote it. */
function decodeBody(bytes: Buffer): Body {
  try {
    const body = JSON.parse(bytes.toString("utf8"));
    const { versions = [] } = body;
    const isBody = typeof body.set === "object" && body.set !== null && Array.isArray(body.unset);
    if (isBody && Array.isArray(versions)) return body;
  } catch {
    // Falls through: the parser's own message would show a part of the state.
  }
  throw failure({
    code: "state-corrupted",
    summary: "the state holds a record of an agent that no version of jp1im wrote",
    remedy: PUT_BACK,
  });
}

/** The same keys, with no last write known. What was never finished, and what was imported, is so under any key. */
export function withoutFingerprints(fingerprints: KeyFingerprints): Map<string, string | null> {
  return new Map([...fingerprints].map(([key, value]) => [key, isFingerprint(value) ? null : value]));
}
