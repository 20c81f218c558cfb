import { failure } from "../../model/diagnostic";
import { LockLostError } from "../remote/backend";
import type { Branch, RefMove } from "./branch";

/** How often a push is tried again because another run has pushed to the branch meanwhile. */
const MOST_TRIES = 20;

export interface QueuedWrite {
  readonly manager: string;
  /** The lock that must be the manager's when the branch moves. */
  readonly lockId: string;
  /** Which files change, by what is there: `undefined` removes one. */
  readonly apply: (files: readonly string[]) => ReadonlyMap<string, Buffer | undefined>;
}

interface Waiting extends QueuedWrite {
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** The writes of one process: those that come while a push is on its way share the next commit. */
export class CommitQueue {
  readonly #branch: Branch;
  #waiting: Waiting[] = [];
  #last: Promise<unknown> = Promise.resolve();

  constructor(branch: Branch) {
    this.#branch = branch;
  }

  /** Durable on the server when it resolves. Rejects with a `LockLostError` where the lock is another one's. */
  write(write: QueuedWrite): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ ...write, resolve, reject });
      this.alone(() => this.#commitAll()).catch(() => undefined);
    });
  }

  /** Does something to the repository while nothing else does. */
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

  async #commit(all: readonly Waiting[]): Promise<void> {
    for (let tries = 0; tries < MOST_TRIES; tries++) {
      const held = await this.#stillHeld(all);
      if (held.length === 0) return;
      if (await this.#push(held)) {
        for (const { resolve } of held) resolve();
        return;
      }
      await this.#branch.fetch();
    }
    throw failure({
      code: "state-unwritable",
      summary: `the branch of the state was moved by others ${MOST_TRIES} times in a row`,
      remedy: "run the command again",
    });
  }

  /** The writes whose locks are theirs still; the others are rejected. */
  async #stillHeld(all: readonly Waiting[]): Promise<Waiting[]> {
    const held: Waiting[] = [];
    for (const each of all) {
      if ((await this.#branch.lockId(each.manager)) === each.lockId) held.push(each);
      else each.reject(new LockLostError());
    }
    return held;
  }

  async #push(held: readonly Waiting[]): Promise<boolean> {
    const branch = this.#branch;
    let files = await branch.list();
    const changes = new Map<string, Buffer | undefined>();
    for (const { apply } of held) {
      for (const [path, content] of apply(files)) {
        changes.set(path, content);
        files = content === undefined ? files.filter((each) => each !== path) : [...files, path].sort();
      }
    }
    if (changes.size === 0) return true;
    const managers = [...new Set(held.map(({ manager }) => manager))];
    const commit = await branch.commit(changes, `State of ${managers.join(", ")}`);
    const moves: RefMove[] = [{ branch: true, from: branch.tip, to: commit }];
    // Each lock moves with it: a server checks only the refs that a push changes.
    for (const manager of managers) {
      const from = branch.lockOf(manager);
      if (from !== undefined) moves.push({ lock: manager, from, to: await branch.renewed(from) });
    }
    return branch.push(moves);
  }
}
