import type { Diagnostic } from "../../model/diagnostic";
import type { LockHolder } from "../../model/state-listing";
import { type Clock, formatTime, stopwatch } from "../../platform/clock";
import { removeEmptyFolders, removeIfThere } from "../../platform/durable-file";
import { fileFault } from "../../platform/file-fault";
import { dropHeldHere } from "../lock/held-here";
import { lockLeft, lockLost } from "../lock/holder";
import { claimPath, createLockFile, type LockFolder, lockPath, readLock } from "./lock-file";
import { replaceLock } from "./take-over";

const HEARTBEAT_MS = 60_000;
/** Half of what makes a lock stale: so long after a heartbeat, nobody else may touch the lock. */
const SURELY_OURS_MS = 5 * 60_000;

interface HeldLockOptions extends LockFolder {
  readonly clock: Clock;
  readonly report: (diagnostic: Diagnostic) => void;
  /** The folders that this run made for the state; those that are still empty go with the lock. */
  readonly madeFolders?: readonly string[];
}

/** A lock that this run took. Its heartbeat goes on until `release`. */
export class HeldLock {
  readonly #options: HeldLockOptions;
  readonly #ended = new AbortController();
  readonly #heartbeat: Promise<void>;
  #holder: LockHolder;
  #sinceRenewed: () => number;

  constructor(options: HeldLockOptions, holder: LockHolder) {
    this.#options = options;
    this.#holder = holder;
    this.#sinceRenewed = stopwatch(options.clock);
    this.#heartbeat = this.#beat();
  }

  get holder(): LockHolder {
    return this.#holder;
  }

  /** Rejects with a `DiagnosticError` (`lock-lost`) when the lock is no longer ours. */
  async verify(): Promise<void> {
    const now = await readLock(this.#options);
    if (now?.id === this.#holder.id) return;
    throw lockLost(this.#options.folder, now);
  }

  /** Removes the lock if it is still ours. Never rejects: the next run of this host finds our process gone. */
  async release(): Promise<void> {
    this.#ended.abort();
    await this.#heartbeat;
    dropHeldHere(this.#holder.id);
    const { fileSystem, folder, report, madeFolders = [] } = this.#options;
    try {
      await this.#changeIfOurs(() => fileSystem.unlink(lockPath(folder)));
      await removeEmptyFolders(fileSystem, madeFolders);
    } catch (error) {
      report(lockLeft(folder, this.#holder, fileFault(error)));
    }
  }

  async #beat(): Promise<void> {
    const { clock } = this.#options;
    for (;;) {
      await clock.sleep(HEARTBEAT_MS, this.#ended.signal);
      if (this.#ended.signal.aborted) return;
      // A heartbeat that fails is made up for by the next one; a lost lock shows at the next write.
      await this.#changeIfOurs(() => this.#renew()).catch(() => undefined);
    }
  }

  async #renew(): Promise<void> {
    const { clock } = this.#options;
    const since = stopwatch(clock);
    const renewed = { ...this.#holder, heartbeat: formatTime(clock.now()) };
    await replaceLock(this.#options, renewed);
    this.#holder = renewed;
    this.#sinceRenewed = since;
  }

  /**
   * Changes the lock file if it is ours. After a long sleep of this process another run may be about to take the lock
   * over, so then the claim to it is needed; without it nothing is changed.
   */
  async #changeIfOurs(change: () => Promise<void>): Promise<void> {
    const { fileSystem, folder } = this.#options;
    const claim = claimPath(folder, this.#holder.id);
    const claims = this.#sinceRenewed() > SURELY_OURS_MS;
    if (claims && !(await createLockFile(this.#options, claim, this.#claimant()))) return;
    try {
      if ((await readLock(this.#options))?.id === this.#holder.id) await change();
    } finally {
      if (claims) await removeIfThere(fileSystem, claim);
    }
  }

  /** An ID of its own, so that others can claim what is left of it if this run dies here. */
  #claimant(): LockHolder {
    const now = this.#options.clock.now();
    return { ...this.#holder, id: `${this.#holder.id}-${now}`, heartbeat: formatTime(now) };
  }
}
