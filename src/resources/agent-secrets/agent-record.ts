/** The state's record of one agent, as the work on it reads and writes it. */
import type { AgentPatch, KeyFingerprints, KeyVersions, KnownAnswer, StateStore } from "../../state/port";
import type { AgentDesired } from "./agent-unit";

/** The state's entries for some keys of an agent. */
export interface KeyEntries {
  readonly fingerprints: KeyFingerprints;
  readonly versions: KeyVersions;
}

export const noEntries: KeyEntries = { fingerprints: new Map(), versions: new Map() };

export type Digests = Pick<AgentPatch, "digest" | "versionsDigest" | "answer">;

/** Digests that show that an agent is as declared, and how its manager then answers. */
export function digestsOf({ digest, versions }: AgentDesired, answer?: KnownAnswer): Digests {
  return {
    digest,
    versionsDigest: versions?.digest(),
    answer,
  };
}

export function entriesOf<V>(all: ReadonlyMap<string, V>, keys: readonly string[]): ReadonlyMap<string, V> {
  const entries = new Map<string, V>();
  if (all.size === 0) return entries;
  for (const key of keys) {
    const entry = all.get(key);
    if (entry !== undefined) entries.set(key, entry);
  }
  return entries;
}

/** The present source versions of some keys, in the state's form. */
export function versionsOf({ versions }: AgentDesired, keys: readonly string[]): KeyVersions {
  if (!versions) return noEntries.versions;
  const known = keys.flatMap((key) => {
    const version = versions.of(key);
    return version ? [[key, version.digest] as const] : [];
  });
  return new Map(known);
}

/** Drops the record of an agent without owned keys. */
export function forgetEmpty(state: StateStore, agentAddress: string): void {
  const record = state.record(agentAddress);
  if (record?.kind === "agent" && record.count === 0) state.drop(agentAddress);
}
