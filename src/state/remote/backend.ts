import type { LockHolder } from "../../model/state-listing";
import type { StateIdentity } from "../state-identity";

/**
 * What a server that keeps a state can do: each call is one step there, done wholly or not at all. `RemoteStorage` makes
 * locks that are waited for, kept alive and taken over of it. A call rejects with a `DiagnosticError` (`state-unreachable`,
 * `state-unwritable`) when the server cannot be asked or refuses; what a lost answer leaves open, the backend finds out
 * before it answers.
 */
export interface RemoteBackend {
  /** As a person reads it: a URL without credentials. */
  readonly location: string;
  /** How often a run renews its lock, and after which silence it counts as gone; minutes where it is absent. */
  readonly lease?: Lease;
  describe(manager: string, file?: string): string;
  identity(isFresh?: boolean): Promise<StateIdentity | undefined>;
  managers(): Promise<readonly string[]>;
  /** See `Storage`. The run holds the lock. */
  forget?(manager: string): Promise<boolean>;
  /** `isHeld`: this run holds the lock, and must see what its last holder wrote. */
  read(manager: string, isHeld?: boolean): Promise<Buffer | undefined>;
  /** `asks`: a server that tells its holder only to a run that wants the lock is asked for the lock. */
  holder(manager: string, asks?: boolean): Promise<LockHolder | undefined>;
  /**
   * Puts `next`, or nobody, in the place of the lock with the ID `expected`, or of none. When another lock is there nothing was
   * done: resolves to its holder where the server named it, else to false.
   */
  swapLock(
    manager: string,
    expected: string | undefined,
    next: LockHolder | undefined,
  ): Promise<boolean | LockHolder>;
  /** Writes while the lock of that ID is the manager's; rejects with a `LockLostError` otherwise, with nothing written. */
  write(manager: string, lockId: string, change: PartitionChange): Promise<void>;
  /** Absent where the server remembers nothing of what was replaced. */
  dropHistory?(): Promise<void>;
  keptNames(manager: string): Promise<readonly string[]>;
  readKept(manager: string, name: string): Promise<string | undefined>;
}

export interface Lease {
  readonly heartbeatMs: number;
  readonly ttlMs: number;
}

export type PartitionChange =
  | { readonly do: "append" | "replace"; readonly log: Buffer }
  /** Puts `next` in the place of the state's identity, where that is still `seen`. */
  | { readonly do: "settle"; readonly seen: StateIdentity | undefined; readonly next: StateIdentity }
  | { readonly do: "keep"; readonly name: string; readonly text: string }
  | { readonly do: "remove"; readonly name: string };

/** The lock is another one's, or nobody's. */
export class LockLostError extends Error {}
