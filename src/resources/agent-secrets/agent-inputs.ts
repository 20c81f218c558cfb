import type { AgentRef } from "../../model/address";
import type { Policy } from "../../model/desired-state";
import type { ExpectedFingerprints, KeyFingerprints, KeyVersions, KnownAnswer } from "../../state/port";
import type { DesiredVersions } from "../compare-versions";
import type { Pruner } from "../prune";

/** What is declared for one agent. */
export interface DesiredAgentSecrets {
  readonly keys: ReadonlySet<string>;
  /** The fingerprint of a key's declared value; `undefined` if values are not compared. */
  fingerprint(key: string): string | undefined;
  /** Those of all keys; called only if there is a `digest`. */
  expected?(): ExpectedFingerprints;
  /** Over all keys and values; absent if values are not compared, or one is missing. */
  readonly digest?: string | undefined;
  /** The versions of the sources; absent if none of them has versions. */
  readonly versions?: DesiredVersions | undefined;
  /** Whether a key's source gives no value. True only for imported keys that exist. */
  lacks?(key: string): boolean;
}

export interface PriorAgentSecrets {
  /** Number of owned keys. */
  readonly count: number;
  readonly digest?: string | undefined;
  /** The answer with the keys of `digest`. */
  readonly answer?: KnownAnswer | undefined;
  /** Over the versions of the sources at the last write. */
  readonly versions?: string | undefined;
  /** Parses the agent's record, so it is called only if the digests differ. */
  fingerprints(): KeyFingerprints;
  /** The same without those that are as expected, mostly without parsing; `undefined` if all have to be read. */
  unexpected?(expected: ExpectedFingerprints): KeyFingerprints | undefined;
  /** The versions of the sources at the last write; parses, too. */
  keyVersions?(): KeyVersions;
}

export interface AgentSecretsInputs {
  readonly manager: string;
  readonly address: string;
  readonly agent: AgentRef;
  readonly desired: DesiredAgentSecrets;
  /** The keys on the agent now. */
  readonly observed: readonly string[];
  readonly prior: PriorAgentSecrets;
  readonly unverified: Policy["unverified"];
  readonly pruner: Pruner;
  /** Limits the plan to some keys; absent for all. */
  readonly inScope?: ((key: string) => boolean) | undefined;
  /** Does not forget owned keys that are neither declared nor on the agent. */
  readonly keepsGone?: boolean;
  /** Keys of which it is unknown now whether they are declared: owned ones stay as they are. */
  readonly undecided?: ReadonlySet<string> | undefined;
}
