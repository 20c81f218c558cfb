/** What an import took into the state, and what it did not, as data. */
import type { Unplanned } from "./plan";

export interface Adoption {
  /** In the order of their places. */
  readonly imported: readonly AdoptedPlace[];
  /** Declared resources that were not imported although they were asked for. */
  readonly left: readonly LeftPlace[];
  /** Addresses that were asked for and of which nothing is ours now. */
  readonly refused: readonly RefusedAddress[];
  /** What could not be observed: it may be there. */
  readonly unknown: readonly Unplanned[];
}

/** Resources of one place: the clients of a manager, its lower managers, or the secrets of one agent. */
export interface AdoptedPlace {
  /** `tokyo/client`, `tokyo/lower-manager`, or the agent's address. */
  readonly address: string;
  /** IDs, hosts or keys, sorted. */
  readonly names: readonly string[];
}

export interface LeftPlace extends AdoptedPlace {
  /** `not-there`: the manager does not have it, so that an apply creates it. */
  readonly reason: "already-ours" | "not-there";
}

export interface RefusedAddress {
  readonly address: string;
  readonly reason: "not-declared" | "not-there" | "unknown";
}
