/**
 * The place of a state. It has a partition for each manager, with its own log, lock and kept secrets, so that runs on
 * different managers can work in parallel. Each backend implements this in its own folder.
 */
import type { Diagnostic } from "../model/diagnostic";
import type { LockHolder } from "../model/state-listing";
import type { Clock } from "../platform/clock";
import type { Random } from "../platform/random";
import type { OpenLog } from "./log/open-log";
import type { StateIdentity } from "./state-identity";

export interface Storage {
  /** A path, or a URL without credentials, for messages. */
  readonly location: string;
  /** Whether a killed run can leave a part of a write. If writes are atomic, an incomplete end is damage. */
  readonly mayTear: boolean;
  /** Milliseconds for which results wait for a common flush; 0 if a flush costs little. */
  readonly flushPauseMs: number;
  /**
   * `undefined` before the state's first write. `isFresh`: reads the place again instead of using a recent answer,
   * also for later reads.
   */
  identity(isFresh?: boolean): Promise<StateIdentity | undefined>;
  /** The managers that have a partition, sorted. */
  managers(): Promise<readonly string[]>;
  /**
   * The present log of the partition, also while a run writes it; `undefined` if there is none. Rejects with a
   * `HiddenPartError` if the place knows that there was one.
   */
  read(manager: string): Promise<Buffer | undefined>;
  /** The same, without reading it whole if possible. The caller closes an open log. Absent if it is never possible. */
  open?(manager: string): Promise<Buffer | OpenLog | undefined>;
  /** The location of the partition, or of a file of it, for messages. */
  describe(manager: string, file?: string): string;
  /** The holder of the partition's lock. `asks`: that run tries to take it, if the place names its holder only then. */
  holder(manager: string, asks?: LockRequest): Promise<LockHolder | undefined>;
  /** Whether the run that holds a lock has certainly ended. */
  isGone(holder: LockHolder): boolean;
  /** Takes the partition's lock. Rejects with a `DiagnosticError`: `state-locked`, `state-unwritable`. */
  hold(manager: string, run: LockRequest): Promise<HeldPartition>;
  /** Removes a lock by force; see `unlock`. */
  unlock(manager: string, id: string, run: LockRequest): Promise<LockHolder | undefined>;
  /**
   * The same place for one of several runs of a process, with separate locks. A run that lost its lock then cannot
   * write under the next run's lock. Absent if nothing is written under a lock.
   */
  forRun?(): Storage;
  /** The whole place, if this is a view that leaves out managers. */
  readonly whole?: Storage;
  /**
   * Removes a manager from the list of partitions. Returns false if its partition exists. Absent if the place needs
   * no such list.
   */
  forget?(manager: string, run: LockRequest): Promise<boolean>;
  /** Discards the history of the place. Absent if it keeps none. */
  dropHistory?(run: LockRequest): Promise<void>;
  /** Sealed secrets of the manager that wait for their delivery. Only the lock's holder writes them. */
  kept(manager: string): KeptFiles;
}

/** A partition whose lock this run holds. */
export interface HeldPartition {
  read(): Promise<Buffer | undefined>;
  /** The same, without reading it whole if possible. `release` closes an open log. */
  open?(): Promise<Buffer | OpenLog | undefined>;
  /**
   * Rejects with a `DiagnosticError` (`lock-lost`) if the lock is no longer ours. It does not ask a server on every
   * call.
   */
  requireHeld(): Promise<void>;
  /** The log to write to. It is complete up to `length`; if it is `torn`, an incomplete write follows. */
  log(length: number, torn: boolean): PartitionLog;
  /**
   * Called before the partition's first write. It creates what every state has, and replaces the identity `seen`, or
   * a missing one, by `next`. Another identity stays. Resolves to the resulting identity. Rejects with a
   * `DiagnosticError` (`lock-lost`) and changes nothing if the lock is no longer ours.
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
  /** Prepares a complete new log, durably, and resolves to its length. `install` then replaces the old log. */
  draft(lines: Iterable<Buffer>): Promise<number>;
  install(length: number): Promise<void>;
  close(): Promise<void>;
}

export interface KeptFiles {
  /** The location of a file, for messages. */
  describe(name: string): string;
  list(): Promise<readonly string[]>;
  /** `undefined` if it does not exist, or no longer exists. */
  read(name: string): Promise<string | undefined>;
  /** The file is complete and durable when this resolves. */
  write(name: string, text: string): Promise<void>;
  /** Durable when it resolves. */
  remove(name: string): Promise<void>;
  /** Removes unfinished files of killed runs. */
  removeDrafts(): Promise<void>;
}

/** Checks whether a run has ended, on this host or another one. */
export interface Observer {
  readonly host: string;
  readonly pid: number;
  readonly clock: Clock;
  /** Whether a process of this host is running. */
  readonly isProcessAlive: (pid: number) => boolean;
  /** When a process of this host started; `undefined` if it is unknown. */
  readonly processStart?: (pid: number) => string | undefined;
}

/** The data of a run that a lock needs. */
export interface LockRequest extends Observer {
  /** The command that the lock is for: `apply`. */
  readonly command: string;
  /** User and host: `operator@build-7`. */
  readonly who: string;
  /** How long to wait for a lock that is held. 0: does not wait. */
  readonly lockTimeoutMs: number;
  /** Why the run needs a manager that the user did not name, for messages about its lock. */
  readonly reason?: string | undefined;
  readonly random: Random;
  /** Receives warnings. */
  readonly report: (diagnostic: Diagnostic) => void;
  /** Stops the wait. */
  readonly signal?: AbortSignal;
}
