import type { LockHolder } from "../../model/state-listing";
import type { StateIdentity } from "../state-identity";

/**
 * The operations of a server that keeps a state. Each call is one atomic step. `RemoteStorage` adds waiting for
 * locks, heartbeats and takeovers. A call rejects with a `DiagnosticError` (`state-unreachable`, `state-unwritable`)
 * if the server is unreachable or refuses. After a lost answer the backend reads the result before it resolves.
 */
export interface RemoteBackend {
  /** A URL without credentials, for messages. */
  readonly location: string;
  /** How often a run renews its lock, and how long after its last heartbeat it counts as ended. Absent: minutes. */
  readonly lease?: LeaseTimes;
  describe(manager: string, file?: string): string;
  identity(isFresh?: boolean): Promise<StateIdentity | undefined>;
  managers(): Promise<readonly string[]>;
  /** See `Storage`. The run holds the lock. `begin`: see `swapLock`. */
  forget?(manager: string, begin: () => void): Promise<boolean>;
  /** `isHeld`: this run holds the lock, so it must see the writes of the last holder. */
  read(manager: string, isHeld?: boolean): Promise<Buffer | undefined>;
  /** With `begin`, tries to take the lock if the server names its holder only then. `begin`: see `swapLock`. */
  holder(manager: string, begin?: () => void): Promise<LockHolder | undefined>;
  /**
   * Replaces the lock with the ID `expected`, or no lock, by `next`, or by no lock. If there is another lock, it
   * changes nothing and resolves to its holder if the server names it, otherwise to false. It calls `begin` before the
   * first request that changes anything on the server; that throws once the run was cancelled.
   */
  swapLock(
    manager: string,
    expected: string | undefined,
    next: LockHolder | undefined,
    begin?: () => void,
  ): Promise<boolean | LockHolder>;
  /** Writes if the manager has the lock with that ID. Otherwise rejects with a `LockLostError`, and writes nothing. */
  write(manager: string, lockId: string, change: PartitionChange): Promise<void>;
  /** Absent if the server keeps no history. `begin`: see `swapLock`. */
  dropHistory?(begin: () => void): Promise<void>;
  keptNames(manager: string): Promise<readonly string[]>;
  readKept(manager: string, name: string): Promise<string | undefined>;
}

export interface LeaseTimes {
  readonly heartbeatMs: number;
  readonly ttlMs: number;
}

export type PartitionChange =
  | { readonly do: "append" | "replace"; readonly log: Buffer }
  /** Replaces the state's identity by `next` if it is still `seen`. */
  | { readonly do: "settle"; readonly seen: StateIdentity | undefined; readonly next: StateIdentity }
  | { readonly do: "keep"; readonly name: string; readonly text: string }
  | { readonly do: "remove"; readonly name: string };

/** Another run, or nobody, has the lock. */
export class LockLostError extends Error {}
