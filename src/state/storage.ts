/**
 * Where a state is kept. It has a partition for each manager, with a log, a lock and kept secrets of its own, so that
 * runs on different managers go on side by side. Each backend implements this in a folder of its own.
 */
import type { Diagnostic } from "../model/diagnostic";
import type { LockHolder } from "../model/state-listing";
import type { Clock } from "../platform/clock";
import type { Random } from "../platform/random";
import type { StateIdentity } from "./state-identity";

export interface Storage {
  /** As a person reads it: a path, or a URL without credentials. */
  readonly location: string;
  /** Whether a killed run can leave a part of a write. Where each is whole or nothing, an end that is not whole is damage. */
  readonly mayTear: boolean;
  /** How long results wait to be made durable together, in milliseconds; 0 where that is nearly free. */
  readonly flushPauseMs: number;
  /** `undefined` before the state's first write. `isFresh`: as it is now, and not as it was seen a moment ago; so are reads after it. */
  identity(isFresh?: boolean): Promise<StateIdentity | undefined>;
  /** The managers that have a partition, sorted. */
  managers(): Promise<readonly string[]>;
  /**
   * The partition's log as it is now, also while a run writes it; `undefined` where there is none. Rejects with a `HiddenPartError`
   * where the place knows that there was one.
   */
  read(manager: string): Promise<Buffer | undefined>;
  /** Where the partition is, or a file of it, as a person reads it. */
  describe(manager: string, file?: string): string;
  /** Who holds the partition's lock. `asks`: where the place tells that only to a run that wants the lock, it is asked for the lock. */
  holder(manager: string, asks?: boolean): Promise<LockHolder | undefined>;
  /** Whether the run that left a lock is known to have ended. */
  isGone(holder: LockHolder): boolean;
  /** Takes the partition's lock. Rejects with a `DiagnosticError`: `state-locked`, `state-unwritable`. */
  hold(manager: string, run: LockRequest): Promise<HeldPartition>;
  /** Removes a lock by force; see `unlock`. */
  unlock(manager: string, id: string): Promise<LockHolder | undefined>;
  /**
   * The same place for one of several runs of a process: with locks of its own, so that a run whose lock was taken away writes nothing
   * under the lock of the next one. Absent where nothing is written under a lock.
   */
  forRun?(): Storage;
  /** All of the place, where this is a view of it that leaves managers out. */
  readonly whole?: Storage;
  /**
   * Takes a manager off the list of those that have a partition; false where its partition is there. Absent where the partitions
   * themselves are that list.
   */
  forget?(manager: string, run: LockRequest): Promise<boolean>;
  /** Gives up what the place remembers of former states. Absent where it remembers nothing. */
  dropHistory?(): Promise<void>;
  /** Issued secrets of the manager that wait for their delivery, sealed. They are written by the lock's holder alone. */
  kept(manager: string): KeptFiles;
}

/** A partition whose lock this run holds. */
export interface HeldPartition {
  /** The log under the lock. */
  read(): Promise<Buffer | undefined>;
  /** Rejects with a `DiagnosticError` (`lock-lost`) when the lock is no longer ours. A server is asked only now and then. */
  verify(): Promise<void>;
  /** The log to write to: whole up to `length`, with the debris of an unfinished write behind it where it is `torn`. */
  log(length: number, torn: boolean): PartitionLog;
  /**
   * Called before the partition's first write: makes what every state has, and puts `next` in the place of the identity `seen`, or of
   * none. Another one that is there stays. Resolves to what is there then. Rejects with a `DiagnosticError` (`lock-lost`), and changes
   * nothing, when the lock is no longer ours.
   */
  settle(seen: StateIdentity | undefined, next: StateIdentity): Promise<StateIdentity>;
  /** Never rejects. */
  release(): Promise<void>;
}

export interface PartitionLog {
  /** Bytes of the log. */
  readonly length: number;
  /** Durable when it resolves. */
  append(lines: readonly Buffer[]): Promise<void>;
  /** Prepares a whole new log, durably; resolves to its length. `install` puts it in the old one's place. */
  draft(lines: Iterable<Buffer>): Promise<number>;
  install(length: number): Promise<void>;
  close(): Promise<void>;
}

export interface KeptFiles {
  /** Where a file is, as a person reads it. */
  describe(name: string): string;
  list(): Promise<readonly string[]>;
  /** `undefined` where there is none, or not any more. */
  read(name: string): Promise<string | undefined>;
  /** Whole and durable when it resolves. */
  write(name: string, text: string): Promise<void>;
  /** Durable when it resolves. */
  remove(name: string): Promise<void>;
  /** Removes what a killed run left of writing. */
  removeDrafts(): Promise<void>;
}

/** What tells whether a run has ended, on this host or another one. */
export interface Observer {
  readonly host: string;
  readonly pid: number;
  readonly clock: Clock;
  /** Whether a process of this host is running. */
  readonly isProcessAlive: (pid: number) => boolean;
  /** When a process of this host began; `undefined` where that is not known. */
  readonly processStart?: (pid: number) => string | undefined;
}

/** What taking a lock needs of the run. */
export interface LockRequest extends Observer {
  /** The command that the lock is for: `apply`. */
  readonly command: string;
  /** User and host: `operator@build-7`. */
  readonly who: string;
  /** How long to wait for a lock that is held; 0 for not at all. */
  readonly lockTimeoutMs: number;
  readonly random: Random;
  /** Takes warnings. */
  readonly report: (diagnostic: Diagnostic) => void;
  /** Ends the waiting. */
  readonly signal?: AbortSignal;
}
