import { failure } from "../../model/diagnostic";
import type { Clock } from "../../platform/clock";
import type { Random } from "../../platform/random";
import { holderFromJson } from "../lock/holder-json";
import { LockLostError } from "../remote/backend";
import type { Branch, RefMove, Seen } from "./branch";

/** How long to retry a push because other runs pushed to the branch, and the pauses between tries. */
const LONGEST_MS = 120_000;
const SHORTEST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 3_000;

export interface QueuedWrite {
  readonly manager: string;
  /** The ID that the manager's lock must have when the branch moves. */
  readonly lockId: string;
  /** Returns the changed files for the present ones; `undefined` removes a file. */
  readonly apply: (
    files: readonly string[],
    read: (path: string) => Promise<Buffer | undefined>,
  ) => ReadonlyMap<string, Buffer | undefined> | Promise<ReadonlyMap<string, Buffer | undefined>>;
}

export interface Timing {
  readonly clock: Clock;
  readonly random: Random;
}

interface Waiting extends QueuedWrite {
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** The writes of one process. Writes that arrive during a push share the next commit. */
export class CommitQueue {
  readonly #branch: Branch;
  readonly #timing: Timing;
  #waiting: Waiting[] = [];
  #last: Promise<unknown> = Promise.resolve();

  constructor(branch: Branch, timing: Timing) {
    this.#branch = branch;
    this.#timing = timing;
  }

  /**
   * The write is durable on the server when this resolves. Rejects with a `LockLostError` if another run has the
   * lock.
   */
  write(write: QueuedWrite): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ ...write, resolve, reject });
      this.alone(() => this.#commitAll()).catch(() => undefined);
    });
  }

  /** Runs work on the repository while no other work runs. */
  alone<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#last.then(work);
    this.#last = result.catch(() => undefined);
    return result;
  }

  async #commitAll(): Promise<void> {
    const all = this.#waiting;
    this.#waiting = [];
    if (all.length === 0) return;
    try {
      await this.#commit(all);
    } catch (error) {
      for (const { reject } of all) reject(error);
    }
  }

  /**
   * Replaces the history of the branch by one commit. Other runs can continue: their next push is on top of it.
   * `begin`: see `RemoteBackend.swapLock`.
   */
  squash(message: string, begin: () => void): Promise<void> {
    return this.alone(async () => {
      await this.#branch.fetch();
      await this.#untilFirst(async (seen) => {
        const to = await this.#branch.squashed(seen, message);
        if (to === undefined) return true;
        begin();
        return this.#branch.push([{ branch: true, from: seen.tip, to }]);
      });
    });
  }

  #commit(all: readonly Waiting[]): Promise<void> {
    return this.#untilFirst(async (seen) => {
      const held = await this.#stillHeld(all, seen);
      if (held.length > 0 && !(await this.#push(held, seen))) return false;
      for (const { resolve } of held) resolve();
      return true;
    });
  }

  /** Retries until no other run moves the branch during a try. `push` works on one view of the server. */
  async #untilFirst(push: (seen: Seen) => Promise<boolean>): Promise<void> {
    const { clock, random } = this.#timing;
    const until = clock.elapsed() + LONGEST_MS;
    for (let tries = 1; ; tries++) {
      if (await push(this.#branch.seen)) return;
      if (clock.elapsed() > until) throw neverFirst();
      const longest = Math.min(LONGEST_PAUSE_MS, SHORTEST_PAUSE_MS * 2 ** tries);
      await clock.sleep(SHORTEST_PAUSE_MS + (random.bytes(2).readUInt16BE() / 65_536) * longest);
    }
  }

  /** Returns the writes whose locks are still held, and rejects the others. */
  async #stillHeld(all: readonly Waiting[], { locks }: Seen): Promise<Waiting[]> {
    const held: Waiting[] = [];
    for (const each of all) {
      const lock = locks.get(each.manager);
      const id = lock && holderFromJson(await this.#branch.message(lock))?.id;
      if (id === each.lockId) held.push(each);
      else each.reject(new LockLostError());
    }
    return held;
  }

  async #push(held: readonly Waiting[], seen: Seen): Promise<boolean> {
    const branch = this.#branch;
    let files = await branch.list(seen);
    const changes = new Map<string, Buffer | undefined>();
    const read = async (path: string) =>
      changes.has(path) ? changes.get(path) : await branch.read(seen, path);
    for (const { apply } of held) {
      for (const [path, content] of await apply(files, read)) {
        changes.set(path, content);
        files = content === undefined ? files.filter((each) => each !== path) : [...files, path].sort();
      }
    }
    if (changes.size === 0) return true;
    const managers = [...new Set(held.map(({ manager }) => manager))];
    const commit = await branch.commit(seen, changes, `State of ${managers.join(", ")}`);
    const moves: RefMove[] = [{ branch: true, from: seen.tip, to: commit }];
    // Each lock moves too, because a server checks only the refs that a push changes.
    for (const manager of managers) {
      const from = seen.locks.get(manager);
      if (from !== undefined) moves.push({ lock: manager, from, to: await branch.renewed(from) });
    }
    return branch.push(moves);
  }
}

function neverFirst() {
  return failure({
    code: "state-unwritable",
    summary: `other runs moved the branch of the state before every push of ${LONGEST_MS / 1_000} s`,
    remedy:
      "run the command again when fewer runs write to the same branch, or give them branches of their own",
  });
}
