import { suggest } from "../../model/shell-command";
import type { LockHolder } from "../../model/state-listing";
import { formatTime } from "../../platform/clock";
import { dropHeldHere } from "../lock/held-here";
import { lockLost } from "../lock/holder";
import type { LockRequest } from "../storage";
import { LockLostError, type PartitionChange, type RemoteBackend } from "./backend";

const HEARTBEAT_MS = 60_000;

/** A lock that this run took on a server. Its heartbeat goes on until `release`. */
export class RemoteLock {
  readonly #backend: RemoteBackend;
  readonly #manager: string;
  readonly #run: LockRequest;
  readonly #ended = new AbortController();
  readonly #beating: Promise<void>;
  #holder: LockHolder;
  /** One call after the other, so that no heartbeat comes between a write and its lock. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(backend: RemoteBackend, manager: string, holder: LockHolder, run: LockRequest) {
    this.#backend = backend;
    this.#manager = manager;
    this.#run = run;
    this.#holder = holder;
    this.#beating = this.#beat();
  }

  /** Rejects with a `DiagnosticError` (`lock-lost`), with nothing written, when the lock is no longer ours. */
  write(change: PartitionChange): Promise<void> {
    return this.#inTurn(async () => {
      try {
        await this.#backend.write(this.#manager, this.#holder.id, change);
      } catch (error) {
        if (!(error instanceof LockLostError)) throw error;
        throw this.#lost(await this.#backend.holder(this.#manager));
      }
    });
  }

  /** Removes the lock if it is still ours. Never rejects: the run counts as gone after a while. */
  async release(): Promise<void> {
    this.#ended.abort();
    await this.#beating;
    const { id } = this.#holder;
    dropHeldHere(id);
    await this.#inTurn(() => this.#backend.swapLock(this.#manager, id, undefined)).catch((error: unknown) => {
      this.#run.report({
        code: "state-locked",
        severity: "warning",
        summary: `the lock of ${this.#backend.describe(this.#manager)} could not be removed: ${(error as Error).message}`,
        remedy: suggest("state", "unlock", id),
      });
    });
  }

  async #beat(): Promise<void> {
    const { clock } = this.#run;
    for (;;) {
      await clock.sleep(this.#backend.lease?.heartbeatMs ?? HEARTBEAT_MS, this.#ended.signal);
      if (this.#ended.signal.aborted) return;
      const renewed = { ...this.#holder, heartbeat: formatTime(clock.now()) };
      // One that fails is made up for by the next one; a lost lock shows at the next write.
      await this.#inTurn(() => this.#backend.swapLock(this.#manager, renewed.id, renewed)).catch(() => false);
      this.#holder = renewed;
    }
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#last.then(work);
    this.#last = result.catch(() => undefined);
    return result;
  }

  #lost(now: LockHolder | undefined) {
    return lockLost(this.#backend.describe(this.#manager), now);
  }
}
