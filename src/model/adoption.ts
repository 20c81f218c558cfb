/** The result of an import: what the state owns now, and what it does not. */
import type { Diagnostic } from "./diagnostic";
import type { Unplanned } from "./plan";

/** The result of `import`. */
export interface Imported extends Adoption {
  readonly dry_run: boolean;
  /** An error for each address at which nothing could be imported. */
  readonly diagnostics: readonly Diagnostic[];
}

export interface Adoption {
  /** Sorted by place. */
  readonly imported: readonly AdoptedPlace[];
  /** Requested resources that were declared and not imported. */
  readonly left: readonly LeftPlace[];
  /** Requested addresses of which the state owns nothing now. */
  readonly refused: readonly RefusedAddress[];
  /** What could not be observed: it may exist. */
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
