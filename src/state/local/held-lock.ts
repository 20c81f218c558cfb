import type { Diagnostic } from "../../model/diagnostic";
import type { LockHolder } from "../../model/state-listing";
import { type Clock, formatTime, stopwatch } from "../../platform/clock";
import { removeEmptyFolders, removeIfThere } from "../../platform/durable-file";
import { fileFault } from "../../platform/file-fault";
import { dropHeldHere } from "../lock/held-here";
import { lockLost, lockNotReleased } from "../lock/holder";
import { claimPath, createLockFile, type LockFolder, lockPath, readLock } from "./lock-file";
import { replaceLock } from "./take-over";

const HEARTBEAT_MS = 60_000;
/**
 * Half of the time after which a lock counts as abandoned. For so long after a heartbeat no other run may take the
 * lock.
 */
const SURELY_OURS_MS = 5 * 60_000;

interface HeldLockOptions extends LockFolder {
  readonly clock: Clock;
  readonly report: (diagnostic: Diagnostic) => void;
  /** Folders that this run created for the state. Those that are still empty are removed with the lock. */
  readonly madeFolders?: readonly string[];
}

/** A lock that this run holds. Its heartbeat continues until `release`. */
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

  /** Rejects with a `DiagnosticError` (`lock-lost`) if the lock is no longer ours. */
  async requireHeld(): Promise<void> {
    const now = await readLock(this.#options);
    if (now?.id === this.#holder.id) return;
    throw lockLost(this.#options.folder, now);
  }

  /** Removes the lock if it is still ours. Never rejects: the next run on this host sees that our process has ended. */
  async release(): Promise<void> {
    this.#ended.abort();
    await this.#heartbeat;
    dropHeldHere(this.#holder.id);
    const { fileSystem, folder, report, madeFolders = [] } = this.#options;
    try {
      await this.#changeIfOurs(() => fileSystem.unlink(lockPath(folder)));
      await removeEmptyFolders(fileSystem, madeFolders);
    } catch (error) {
      report(lockNotReleased(folder, this.#holder, fileFault(error)));
    }
  }

  async #beat(): Promise<void> {
    const { clock } = this.#options;
    for (;;) {
      await clock.sleep(HEARTBEAT_MS, this.#ended.signal);
      if (this.#ended.signal.aborted) return;
      // The next heartbeat makes up for a failed one. The next write detects a lost lock.
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
   * Changes the lock file if it is ours. After a long sleep of this process another run may be taking over the lock,
   * so the change then needs a claim to it.
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

  /** A separate ID, so that other runs can claim this claim if this run dies. */
  #claimant(): LockHolder {
    const now = this.#options.clock.now();
    return { ...this.#holder, id: `${this.#holder.id}-${now}`, heartbeat: formatTime(now) };
  }
}
