/** What a plan does to one resource, now or after another change of the plan. */
import type { KindName } from "./kind-names";

export type Action = "create" | "update" | "replace" | "delete" | "forget" | "no-op";

/** Why a change is planned, in one word; `src/report` has the sentences. */
export type Reason =
  /** Declared, and not on the manager. */
  | "missing"
  /** The value was not read, and its source has another version than at the last write. */
  | "rotated"
  /** The value's fingerprint differs from the last write. */
  | "changed"
  /** The last written value is unknown: first adoption, lost state or lost key. */
  | "unverified"
  /** The declared generation differs from the issued one. */
  | "generation"
  /** Its rotation was requested. */
  | "requested"
  /** It is older than its `rotateAfter`, and the policy rotates what is due. */
  | "due"
  /** It is no longer in the file that it was delivered to, and the policy rotates what is due. */
  | "vanished"
  /** It was issued, and the secret never reached its sink. */
  | "undelivered"
  /** A lower manager needs a new initial secret, which replaces the delivered one. */
  | "reissued"
  /** Owned, and no longer declared. */
  | "undeclared"
  /** An earlier generation of a client, whose overlap with its successor is over. */
  | "retired"
  /** Undeclared and not ours, under `prune: all`. */
  | "foreign"
  /** Owned and no longer declared, and no longer on the manager either. */
  | "gone"
  /** The manager has it as declared; the state owns it from now on. Nothing is sent. */
  | "adopted"
  /** A lower manager that is registered and does not let the rebuilt manager in. */
  | "disconnected"
  /** Left on a lower manager by the integrated manager that a rebuild replaces. */
  | "predecessor";

export interface Change {
  readonly address: string;
  readonly kind: KindName;
  readonly action: Action;
  readonly reason: Reason;
  /** Fingerprint of the value to write, under the state's key. */
  readonly fingerprint?: string | undefined;
  /** Digest of the version that the value's source reports; absent if it reports none. */
  readonly source_version?: string | undefined;
  /** When the replaced secret was issued, in UTC; present for a requested rotation, if the state knows it. */
  readonly issued_at?: string;
  /** Generation to issue, and the one it replaces. */
  readonly generation?: { readonly from?: number; readonly to: number };
  /** What the state loses with a deleted lower manager: the agents below it, and their secrets. */
  readonly loses?: { readonly agents: number; readonly secrets: number };
}

/**
 * A change of one secret of an agent that is visible only after its lower manager was added. The apply then compares:
 * it does not write a value that the agent has already.
 */
export interface DeferredChange {
  readonly address: string;
  readonly kind: "secret";
  readonly action: "write" | "delete";
  /** Declared by host; or owned and no longer declared. */
  readonly reason: "declared" | "undeclared";
  /** Address of the change that it waits for. */
  readonly after: string;
  /** As for a change. */
  readonly fingerprint?: string | undefined;
  /** As for a change. */
  readonly source_version?: string | undefined;
}
