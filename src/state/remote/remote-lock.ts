import type { LockHolder } from "../../model/state-listing";
import { formatTime, stopwatch } from "../../platform/clock";
import { dropHeldHere } from "../lock/held-here";
import { lockLost, lockNotReleased } from "../lock/holder";
import type { LockRequest } from "../storage";
import { limitAfterCancel, RELEASE_AFTER_CANCEL_MS, WRITE_AFTER_CANCEL_MS } from "./after-cancel";
import { LockLostError, type PartitionChange, type RemoteBackend } from "./backend";

const HEARTBEAT_MS = 60_000;

/** A lock that this run holds on a server. Its heartbeat continues until `release`. */
export class RemoteLock {
  readonly #backend: RemoteBackend;
  readonly #manager: string;
  readonly #run: LockRequest;
  readonly #ended = new AbortController();
  readonly #heartbeat: Promise<void>;
  #holder: LockHolder;
  /** Milliseconds since the server last confirmed that the lock is ours; absent once it is lost. */
  #sinceConfirmed: (() => number) | undefined;
  /** Runs calls one after the other, so that no heartbeat comes between a write and its lock. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(backend: RemoteBackend, manager: string, holder: LockHolder, run: LockRequest) {
    this.#backend = backend;
    this.#manager = manager;
    this.#run = run;
    this.#holder = holder;
    this.#sinceConfirmed = stopwatch(run.clock);
    this.#heartbeat = this.#beat();
  }

  /** Rejects with a `DiagnosticError` (`lock-lost`) and writes nothing if the lock is no longer ours. */
  write(change: PartitionChange): Promise<void> {
    return this.#answered(WRITE_AFTER_CANCEL_MS, this.#write(change));
  }

  #write(change: PartitionChange): Promise<void> {
    return this.#inTurn(async () => {
      try {
        await this.#backend.write(this.#manager, this.#holder.id, change);
        this.#sinceConfirmed = stopwatch(this.#run.clock);
      } catch (error) {
        if (!(error instanceof LockLostError)) throw error;
        this.#sinceConfirmed = undefined;
        throw this.#lost(await this.#backend.holder(this.#manager));
      }
    });
  }

  /** Asks the server if the last confirmation is older than a heartbeat, for example after this process was paused. */
  requireHeld(): Promise<void> {
    return this.#answered(WRITE_AFTER_CANCEL_MS, this.#requireHeld());
  }

  async #requireHeld(): Promise<void> {
    if (this.#sinceConfirmed && this.#sinceConfirmed() > this.#heartbeatMs) await this.#renew();
    if (this.#sinceConfirmed === undefined) throw this.#lost(await this.#backend.holder(this.#manager));
  }

  /** Removes the lock if it is still ours. Never rejects: the run counts as ended after a while. */
  async release(): Promise<void> {
    this.#ended.abort();
    await this.#answered(RELEASE_AFTER_CANCEL_MS, this.#release()).catch((error: unknown) => {
      const place = this.#backend.describe(this.#manager);
      this.#run.report(lockNotReleased(place, this.#holder, (error as Error).message, this.#backend.lease));
    });
  }

  async #release(): Promise<void> {
    await this.#heartbeat;
    const { id } = this.#holder;
    dropHeldHere(id);
    await this.#inTurn(() => this.#backend.swapLock(this.#manager, id, undefined));
  }

  #answered<T>(afterCancelMs: number, work: Promise<T>): Promise<T> {
    return limitAfterCancel(this.#run, this.#backend.describe(this.#manager), afterCancelMs, work);
  }

  async #beat(): Promise<void> {
    const { clock } = this.#run;
    for (;;) {
      await clock.sleep(this.#heartbeatMs, this.#ended.signal);
      if (this.#ended.signal.aborted) return;
      // The next heartbeat makes up for a failed one.
      await this.#renew().catch(() => undefined);
    }
  }

  get #heartbeatMs(): number {
    return this.#backend.lease?.heartbeatMs ?? HEARTBEAT_MS;
  }

  #renew(): Promise<void> {
    return this.#inTurn(async () => {
      const { clock } = this.#run;
      const since = stopwatch(clock);
      const renewed = { ...this.#holder, heartbeat: formatTime(clock.now()) };
      const isOurs = (await this.#backend.swapLock(this.#manager, renewed.id, renewed)) === true;
      this.#holder = renewed;
      this.#sinceConfirmed = isOurs && this.#sinceConfirmed !== undefined ? since : undefined;
    });
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#last.then(work);
    this.#last = result.catch(() => undefined);
    return result;
  }

  #lost(now: LockHolder | undefined) {
    // If the lock was removed, the holder's note of it is still ours to remove.
    const taker = now?.id === this.#holder.id ? undefined : now;
    return lockLost(this.#backend.describe(this.#manager), taker);
  }
}
