import { requireNotCancelled, unlessCancelled } from "../../model/cancelled";
import { DiagnosticError, failure } from "../../model/diagnostic";
import type { LockHolder } from "../../model/state-listing";
import { addHeldHere, dropHeldHere } from "../lock/held-here";
import {
  isGone,
  lockedBy,
  lockMayBeLeft,
  lockNotRemoved,
  newHolder,
  otherLock,
  takenOver,
  waitingFor,
} from "../lock/holder";
import type { StateIdentity } from "../state-identity";
import type { HeldPartition, KeptFiles, LockRequest, Observer, PartitionLog, Storage } from "../storage";
import {
  limitAfterCancel,
  limitOnceBegun,
  RELEASE_AFTER_CANCEL_MS,
  WRITE_AFTER_CANCEL_MS,
} from "./after-cancel";
import type { PartitionChange, RemoteBackend } from "./backend";
import { RemoteLock } from "./remote-lock";
import { RemoteLog } from "./remote-log";

/** Pause before the next request for a lock that is held. */
const LOCK_POLL_MS = 2_000;

/** A run that took and released the lock between two checks. */
const UNSEEN: LockHolder = {
  ...{ id: "", who: "a series of short runs", host: "", pid: 0, command: "unknown" },
  ...{ since: "unknown", heartbeat: "unknown" },
};

/** A state that a server keeps, with the locks of one run. */
export class RemoteStorage implements Storage {
  readonly mayTear = false;
  readonly flushPauseMs = 2_000;
  readonly forget?: (manager: string, run: LockRequest) => Promise<boolean>;
  readonly #backend: RemoteBackend;
  readonly #observer: Observer | undefined;
  /** Once aborted, reads end at once. A run that has written under a lock finishes what it began. */
  readonly #signal: AbortSignal | undefined;
  /** By manager. */
  readonly #held = new Map<string, RemoteLock>();
  #hasWritten = false;

  constructor(backend: RemoteBackend, observer?: Observer, signal?: AbortSignal) {
    this.#backend = backend;
    this.#observer = observer;
    this.#signal = signal;
    if (backend.forget) this.forget = (manager, run) => this.#forget(manager, run);
  }

  forRun(): Storage {
    return new RemoteStorage(this.#backend, this.#observer, this.#signal);
  }

  get location(): string {
    return this.#backend.location;
  }

  identity(isFresh?: boolean): Promise<StateIdentity | undefined> {
    return this.#asking(() => this.#backend.identity(isFresh));
  }

  managers(): Promise<readonly string[]> {
    return this.#asking(() => this.#backend.managers());
  }

  read(manager: string): Promise<Buffer | undefined> {
    return this.#asking(() => this.#backend.read(manager));
  }

  describe(manager: string, file?: string): string {
    return this.#backend.describe(manager, file);
  }

  holder(manager: string, asks?: LockRequest): Promise<LockHolder | undefined> {
    if (asks === undefined) return this.#asking(() => this.#backend.holder(manager));
    // Asking the server itself takes a lock for a moment.
    return limitOnceBegun(asks, this.describe(manager), RELEASE_AFTER_CANCEL_MS, (begin) =>
      this.#backend.holder(manager, begin),
    );
  }

  isGone(holder: LockHolder): boolean {
    return this.#observer !== undefined && isGone(holder, this.#observer, this.#backend.lease?.ttlMs);
  }

  async hold(manager: string, run: LockRequest): Promise<HeldPartition> {
    const holder = await this.#take(manager, run);
    const lock = new RemoteLock(this.#backend, manager, holder, run);
    this.#held.set(manager, lock);
    const write = (change: PartitionChange) => this.#write(manager, change, lock);
    return {
      read: () => this.#asking(() => this.#backend.read(manager, true)),
      requireHeld: () => lock.requireHeld(),
      log: (length): PartitionLog => new RemoteLog(length, write),
      settle: async (seen, next) => {
        await write({ do: "settle", seen, next });
        return (await this.identity()) ?? next;
      },
      release: async () => {
        if (this.#held.get(manager) === lock) this.#held.delete(manager);
        if (this.#held.size === 0) this.#hasWritten = false;
        await lock.release();
      },
    };
  }

  async unlock(manager: string, id: string, run: LockRequest): Promise<LockHolder | undefined> {
    const place = this.describe(manager);
    const holder = await this.holder(manager, run);
    if (holder === undefined) return undefined;
    if (holder.id !== id) throw otherLock(holder, place, id);
    const isRemoved = await limitOnceBegun(run, place, RELEASE_AFTER_CANCEL_MS, (begin) =>
      this.#backend.swapLock(manager, id, undefined, begin),
    );
    if (isRemoved === true) return holder;
    // The lock was released or taken over in between.
    const now = await this.holder(manager, run);
    if (now !== undefined) throw now.id === id ? lockNotRemoved(place, id) : otherLock(now, place, id);
    return undefined;
  }

  async #forget(manager: string, run: LockRequest): Promise<boolean> {
    const held = await this.hold(manager, run);
    try {
      return await limitOnceBegun(
        run,
        this.describe(manager),
        WRITE_AFTER_CANCEL_MS,
        async (begin) => (await this.#backend.forget?.(manager, begin)) ?? false,
      );
    } finally {
      await held.release();
    }
  }

  async dropHistory(run: LockRequest): Promise<void> {
    await limitOnceBegun(run, this.location, WRITE_AFTER_CANCEL_MS, async (begin) =>
      this.#backend.dropHistory?.(begin),
    );
  }

  kept(manager: string): KeptFiles {
    const backend = this.#backend;
    return {
      describe: (name) => backend.describe(manager, `recovery/${name}.json`),
      list: () => this.#asking(() => backend.keptNames(manager)),
      read: (name) => this.#asking(() => backend.readKept(manager, name)),
      write: (name, text) => this.#write(manager, { do: "keep", name, text }),
      remove: (name) => this.#write(manager, { do: "remove", name }),
      // Every write is atomic.
      removeDrafts: async () => {},
    };
  }

  #asking<T>(work: () => Promise<T>): Promise<T> {
    return this.#hasWritten ? work() : unlessCancelled(this.#signal, work);
  }

  #write(manager: string, change: PartitionChange, lock = this.#held.get(manager)): Promise<void> {
    this.#hasWritten = true;
    if (lock === undefined) throw new Error(`this run holds no lock of ${manager}'s state`);
    return lock.write(change);
  }

  /** Waits for the lock, and takes it over from a run that has ended. */
  async #take(manager: string, run: LockRequest): Promise<LockHolder> {
    const { clock, signal, report } = run;
    const deadline = clock.elapsed() + run.lockTimeoutMs;
    const place = this.describe(manager);
    for (let waits = false; ; waits = true) {
      const own = newHolder(run);
      const other = await this.#tryToTake(manager, own, run);
      if (other === undefined) return own;
      if (signal?.aborted)
        throw failure({ code: "cancelled", summary: "cancelled while waiting for the lock" });
      if (clock.elapsed() >= deadline) throw lockedBy(other, place, run, this.#backend.lease?.ttlMs);
      if (!waits) report(waitingFor(place, other, run));
      await clock.sleep(Math.min(LOCK_POLL_MS, deadline - clock.elapsed()), signal);
    }
  }

  /**
   * Returns `undefined` if the lock is ours, otherwise its holder. Only the server decides: a known holder may be
   * outdated.
   */
  async #tryToTake(manager: string, own: LockHolder, run: LockRequest): Promise<LockHolder | undefined> {
    let other = await this.#swap(manager, undefined, own, run);
    // The lock was released before this run could read its holder.
    if (other === UNSEEN) other = await this.#swap(manager, undefined, own, run);
    if (other === undefined || !isGone(other, run, this.#backend.lease?.ttlMs)) return other;
    const next = await this.#swap(manager, other.id, own, run);
    if (next === undefined) run.report(takenOver(this.describe(manager), other));
    return next;
  }

  /** `undefined` when the lock is ours, else who has it. */
  async #swap(
    manager: string,
    expected: string | undefined,
    own: LockHolder,
    run: LockRequest,
  ): Promise<LockHolder | undefined> {
    // Registered first, so that other runs of this process never take it for an abandoned lock.
    addHeldHere(own.id);
    let isBegun = false;
    const begin = () => {
      requireNotCancelled(run.signal);
      isBegun = true;
    };
    let swap: Promise<boolean | LockHolder> | undefined;
    const start = () => {
      swap = this.#backend.swapLock(manager, expected, own, begin);
      return swap;
    };
    const result = await unlessCancelled(run.signal, start).catch(async (error) => {
      if (isBegun && run.signal?.aborted) await this.#giveUp(manager, own, run, swap);
      dropHeldHere(own.id);
      throw error;
    });
    if (result === true) return undefined;
    dropHeldHere(own.id);
    return result || ((await this.holder(manager)) ?? UNSEEN);
  }

  /** After the run was cancelled: gives back a lock that a request, which was under way, took. Never rejects. */
  async #giveUp(
    manager: string,
    own: LockHolder,
    run: LockRequest,
    swap: Promise<boolean | LockHolder> | undefined,
  ): Promise<void> {
    const place = this.describe(manager);
    const release = async () => {
      if ((await swap) === true) await this.#backend.swapLock(manager, own.id, undefined);
    };
    await limitAfterCancel(run, place, RELEASE_AFTER_CANCEL_MS, release()).catch((error) => {
      if (!isCancelled(error)) run.report(lockMayBeLeft(place, own, this.#backend.lease));
    });
  }
}

/** Whether the run was cancelled before the request that takes the lock. */
function isCancelled(error: unknown): boolean {
  return error instanceof DiagnosticError && error.diagnostics.every(({ code }) => code === "cancelled");
}
