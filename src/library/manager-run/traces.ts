import type { DesiredManager } from "../../model/desired-state";
import type { SecretValue } from "../../model/secret-value";
import type { Fingerprints } from "../../secrets/port";
import { isFingerprint, PENDING, type StateView } from "../../state/port";

/** Keys of one agent, by the state's records. */
export interface OtherKeys {
  /** Another value was written since. */
  readonly other: readonly string[];
  /** The last written value is not recorded, so an apply writes it again. */
  readonly unrecorded: readonly string[];
}

/** Describes what was written to agents by keyed digests only, so that it can be stored where no value may be. */
export class Traces {
  readonly #fingerprints: Fingerprints;
  readonly #keepsUnverified: boolean;

  constructor(fingerprints: Fingerprints, { policy }: Pick<DesiredManager, "policy">) {
    this.#fingerprints = fingerprints;
    this.#keepsUnverified = policy.unverified === "keep";
  }

  /** The trace of values that all agents of a part have. */
  of(values: ReadonlyMap<string, SecretValue>): string {
    const bound = this.#fingerprints.onAgent(PLACE, this.#fingerprints.tags(values));
    const prints = Object.fromEntries([...values.keys()].map((key, index) => [key, bound.of(index)]));
    return JSON.stringify([this.#fingerprints.keyId, this.#fingerprints.block(values), prints]);
  }

  /**
   * Compares the state's records with a trace: first one digest for each agent, and its keys if that differs. A trace
   * of another state key proves nothing.
   */
  compare(trace: string, state: StateView): (agentAddress: string) => OtherKeys {
    const [keyId, block, prints] = JSON.parse(trace) as [string, string, Record<string, string>];
    if (keyId !== this.#fingerprints.keyId) return () => NONE;
    return (address) => {
      const record = state.record(address);
      const isAsTraced =
        record?.kind === "agent" && record.digest === this.#fingerprints.agent(address, [block]);
      return isAsTraced ? NONE : this.#compareKeys(address, prints, state);
    };
  }

  #compareKeys(address: string, prints: Readonly<Record<string, string>>, state: StateView): OtherKeys {
    const recorded = state.fingerprints(address);
    const bound = this.#fingerprints.rebound(PLACE, address);
    const differing = { other: [] as string[], unrecorded: [] as string[] };
    for (const [key, print] of Object.entries(prints)) {
      const entry = recorded.get(key);
      if (entry === PENDING) differing.unrecorded.push(key);
      else if (isFingerprint(entry) && entry !== bound(print)) differing.other.push(key);
      else if (!isFingerprint(entry) && !this.#keepsUnverified) differing.unrecorded.push(key);
    }
    return differing;
  }
}

/**
 * The address for digests in traces. It is no agent's, so that a trace contains no fingerprint of the state, and no
 * manager's, because its name may change.
 */
const PLACE = "traced";

const NONE: OtherKeys = { other: [], unrecorded: [] };
