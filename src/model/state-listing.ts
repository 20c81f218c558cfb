/** Results of the `state` commands: the state's records, the holder of its lock, and the effect of a new key. */

export interface StateListing {
  /** Where it is. */
  readonly location: string;
  readonly lineage: string;
  /** By manager. */
  readonly serials: Readonly<Record<string, number>>;
  readonly records: readonly StateEntry[];
  /** Issued secrets that wait for their delivery, or for a person's decision; absent if there are none. */
  readonly kept?: readonly KeptEntry[] | undefined;
  /** The managers that runs are working on; absent where there are none. */
  readonly locks?: readonly HeldLockEntry[] | undefined;
}

export interface HeldLockEntry extends LockHolder {
  readonly manager: string;
  /** It was no lock, but a copy that was interrupted: what is there of it is kept. */
  readonly keptAsIs?: true;
}

export interface StateEntry {
  readonly address: string;
  readonly kind: string;
  readonly detail: {
    readonly generation?: number;
    readonly status?: string;
    readonly issuedAt?: string | undefined;
    /** The sinks that have an issued secret. */
    readonly deliveredTo?: readonly string[] | undefined;
    /** Number of owned keys of an agent. */
    readonly keys?: number;
    /** For a rebuild: the lost host, when it began, and when it was finished. */
    readonly replaces?: string;
    readonly since?: string;
    readonly finished?: string | undefined;
    /** For a manager: its URL. */
    readonly url?: string;
    readonly host?: string;
  };
}

export interface StateDetail extends StateEntry {
  /** An agent's owned keys. */
  readonly keys?: readonly OwnedKey[];
}

export interface OwnedKey {
  readonly key: string;
  /** Whether the fingerprint of the last written value is known. */
  readonly known: boolean;
  /** It existed before the import, and jp1im has not written a value yet. */
  readonly imported?: boolean | undefined;
}

/** An issued secret that no sink took and that waits in the state's folder. */
export interface KeptEntry {
  /** Absent if the file is damaged. */
  readonly address?: string | undefined;
  readonly issuedAt?: string | undefined;
  readonly path: string;
}

/** Who holds the lock of a manager's part of the state. */
export interface LockHolder {
  readonly id: string;
  /** User and host: `operator@build-7`. */
  readonly who: string;
  readonly host: string;
  readonly pid: number;
  /** When the process began, if the system reports it: another process may get the same number later. */
  readonly processStart?: string | undefined;
  /** The command: `apply`. */
  readonly command: string;
  /** UTC. */
  readonly since: string;
  /** UTC; renewed while the run lives. */
  readonly heartbeat: string;
}

export interface Rekeyed {
  readonly location: string;
  /** There was nothing to do: an earlier rekey to this key had finished. */
  readonly already: boolean;
  /** Where the new key is: in the key file that is in use, in another file, or in `JP1IM_NEW_STATE_KEY`. */
  readonly key: NewKeyPlace;
  /** Number of fingerprints converted to the new key, and of values whose last written value is now unknown. */
  readonly kept: number;
  readonly unverified: number;
}

export type NewKeyPlace =
  | { readonly in: "key-file"; readonly path: string }
  | { readonly in: "new-file"; readonly path: string }
  | { readonly in: "environment" };

/** The result for one manager's part when a copy of a state was put in a place. */
export interface PutPartition {
  readonly manager: string;
  readonly serial: number;
  /** False if the place already had exactly that part. */
  readonly written: boolean;
}

/** What `state push` and `state migrate` did. */
export interface StatePut {
  /** Where the state is now. */
  readonly location: string;
  /** Where it came from, and still is; absent if it came from a file. */
  readonly from?: string;
  readonly managers: readonly PutPartition[];
}

/** What `state compact` did. */
export interface Compacted {
  readonly location: string;
  readonly managers: readonly CompactedPartition[];
}

export interface CompactedPartition {
  readonly manager: string;
  /** Bytes of its log. */
  readonly before: number;
  readonly after: number;
}
