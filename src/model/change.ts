/** What a plan does to one resource, now or once another of its changes is done. */
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
  /** The last write of the value is unknown: first adoption, lost state or lost key. */
  | "unverified"
  /** The declared generation differs from the issued one. */
  | "generation"
  /** Its rotation was asked for. */
  | "requested"
  /** It is older than declared, and the policy is to rotate what is due. */
  | "due"
  /** It is no longer in the file that it was delivered to, and the policy is to rotate what is due. */
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
  /** On the manager as declared; from now on owned. Nothing is sent. */
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
  readonly fingerprint?: string;
  /** Digest of the version that the value's source tells, where it tells one. */
  readonly source_version?: string;
  /** When the secret was issued that is replaced on request, in UTC, where the state knows. */
  readonly issued_at?: string;
  /** Generation to issue, and the one it replaces. */
  readonly generation?: { readonly from?: number; readonly to: number };
  /** What of ours is lost with a lower manager that is deleted: the agents below it, and their secrets. */
  readonly loses?: { readonly agents: number; readonly secrets: number };
}

/**
 * What will be done to one secret of an agent that can be seen only once its lower manager is added. What is on the agent
 * by then decides: a value that is there as last written is left alone.
 */
export interface DeferredChange {
  readonly address: string;
  readonly kind: "secret";
  readonly action: "write" | "delete";
  /** Declared by host; or ours and no longer declared. */
  readonly reason: "declared" | "undeclared";
  /** Address of the change that it waits for. */
  readonly after: string;
  /** As of a change. */
  readonly fingerprint?: string;
  /** As of a change. */
  readonly source_version?: string;
}
