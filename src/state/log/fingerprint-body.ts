/** The body of an agent's line: the fingerprints and source versions that it sets, and the keys that it removes. */
import { managerOf } from "../../model/address";
import { failure } from "../../model/diagnostic";
import { type AgentPatch, isFingerprint, type KeyFingerprints, type KeyVersions, PENDING } from "../port";
import { putBack } from "./damage";
import { bytesOf, type StoredBody } from "./open-log";

/** What one line changes. */
export interface Body {
  readonly set: Readonly<Record<string, string | null>>;
  readonly unset: readonly string[];
  /** For the keys of `set`, in their order; absent if none has a version. Repeating the names would take more space. */
  readonly versions?: readonly (string | null)[];
}

/** The recorded keys of one agent. */
export interface AgentKeys {
  readonly fingerprints: Map<string, string | null>;
  readonly versions: Map<string, string>;
}

const noVersions: KeyVersions = new Map();

/** Records versions only for keys in `set`. Setting a key without a version removes its version. */
export function bodyOf(
  set: Iterable<readonly [key: string, fingerprint: string | null]>,
  unset: Iterable<string>,
  versions: KeyVersions = noVersions,
): Body {
  // `fromEntries` defines properties, so a key named `__proto__` is an ordinary key.
  const entries: Body["set"] = Object.fromEntries(set);
  const body: Body = { set: entries, unset: [...unset] };
  const own = versions.size === 0 ? [] : Object.keys(entries).map((key) => versions.get(key) ?? null);
  const isAny = own.some((version) => version !== null);
  return isAny ? { ...body, versions: own } : body;
}

/** The body of a patch's line. */
export function bodyOfPatch({ set, unset, versions, intends = [] }: AgentPatch): Body {
  return bodyOf(intends.length > 0 ? intends.map((key) => [key, PENDING] as const) : set, unset, versions);
}

export function encodeBody(body: Body): Buffer {
  return Buffer.from(JSON.stringify(body));
}

export interface EncodedBody {
  readonly body: Body;
  readonly bytes: Buffer;
  /** `body` has the keys of the bytes, and other fingerprints. */
  readonly isPattern?: true;
}

/** Bodies that several agents have, by their bytes. */
const shared = new WeakMap<Buffer, Body>();

/** Keeps the body of several agents, so that it is not parsed for any of them. */
export function share({ body, bytes }: EncodedBody): void {
  shared.set(bytes, body);
}

/**
 * Merges a chain of bodies, oldest first. Throws a `DiagnosticError` (`state-corrupted`) for a body that this tool
 * did not write.
 */
export function mergeBodies(bodies: readonly StoredBody[], agentAddress?: string): AgentKeys {
  const keys = { fingerprints: new Map(), versions: new Map() };
  for (const body of bodies) applyBody(keys, decodeBody(bytesOf(body), agentAddress));
  return keys;
}

/** Applies a body to the keys. A key that is both unset and set in one body is set. */
export function applyBody(
  { fingerprints, versions }: AgentKeys,
  { set, unset, versions: own = [] }: Body,
): void {
  for (const key of unset) {
    fingerprints.delete(key);
    versions.delete(key);
  }
  let index = 0;
  for (const key of Object.keys(set)) {
    const [fingerprint, version] = [set[key], own[index++]];
    fingerprints.set(key, typeof fingerprint === "string" ? fingerprint : null);
    if (typeof version === "string") versions.set(key, version);
    else if (versions.size > 0) versions.delete(key);
  }
}

/** A chain of bodies as one. */
export function joinBodies(bodies: readonly StoredBody[], agentAddress?: string): Buffer {
  const { fingerprints, versions } = mergeBodies(bodies, agentAddress);
  return encodeBody(bodyOf(fingerprints, [], versions));
}

/** Checks the format: a valid checksum shows that the line is complete, but not who wrote it. */
export function decodeBody(bytes: Buffer, agentAddress?: string): Body {
  const known = shared.get(bytes);
  if (known) return known;
  try {
    const body = JSON.parse(bytes.toString("utf8"));
    const { versions = [] } = body;
    const isBody = typeof body.set === "object" && body.set !== null && Array.isArray(body.unset);
    if (isBody && Array.isArray(versions)) return body;
  } catch {
    // Falls through, because the parser's message would show a part of the state.
  }
  throw failure({
    code: "state-corrupted",
    summary: `the state holds a record of ${agentAddress ?? "an agent"} that no version of jp1im wrote`,
    remedy: putBack(agentAddress === undefined ? "NAME" : managerOf(agentAddress)),
  });
}

/** The same keys without fingerprints. `PENDING` and `IMPORTED` stay, because they do not depend on the key. */
export function withoutFingerprints(fingerprints: KeyFingerprints): Map<string, string | null> {
  const keys = new Map<string, string | null>();
  for (const [key, value] of fingerprints) keys.set(key, isFingerprint(value) ? null : value);
  return keys;
}
