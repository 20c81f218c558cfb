/** What the state holds of one agent, as its work reads and writes it. */
import type { AgentPatch, KeyFingerprints, KeyVersions, KnownAnswer, StateStore } from "../../state/port";
import type { AgentDesired } from "./agent-unit";

/** What the state says of some keys of an agent. */
export interface KeyEntries {
  readonly fingerprints: KeyFingerprints;
  readonly versions: KeyVersions;
}

export const noEntries: KeyEntries = { fingerprints: new Map(), versions: new Map() };

export type Digests = Pick<AgentPatch, "digest" | "versionsDigest" | "answer">;

/** What says that an agent is as declared, and how its manager then answers. */
export function digestsOf({ digest, versions }: AgentDesired, answer?: KnownAnswer): Digests {
  return {
    ...(digest !== undefined && { digest }),
    ...(versions && { versionsDigest: versions.digest() }),
    ...(answer && { answer }),
  };
}

export function entriesOf<V>(all: ReadonlyMap<string, V>, keys: readonly string[]): ReadonlyMap<string, V> {
  const entries = new Map<string, V>();
  for (const key of keys) {
    const entry = all.get(key);
    if (entry !== undefined) entries.set(key, entry);
  }
  return entries;
}

/** The versions that the sources of some keys have now, as the state keeps them. */
export function versionsOf({ versions }: AgentDesired, keys: readonly string[]): KeyVersions {
  const known = keys.flatMap((key) => {
    const version = versions?.of(key);
    return version ? [[key, version.digest] as const] : [];
  });
  return new Map(known);
}

/** Drops the record of an agent on which no key is owned any more. */
export function forgetEmpty(state: StateStore, agentAddress: string): void {
  const record = state.record(agentAddress);
  if (record?.kind === "agent" && record.count === 0) state.drop(agentAddress);
}
