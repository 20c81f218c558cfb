import { failure } from "../../model/diagnostic";
import type { Clock } from "../../platform/clock";
import type { Random } from "../../platform/random";
import { holderFromJson } from "../lock/holder-json";
import { LockLostError } from "../remote/backend";
import type { Branch, RefMove, Seen } from "./branch";

/** How long a push is tried again because other runs have pushed to the branch meanwhile, and the pauses between. */
const LONGEST_MS = 120_000;
const SHORTEST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 3_000;

export interface QueuedWrite {
  readonly manager: string;
  /** The lock that must be the manager's when the branch moves. */
  readonly lockId: string;
  /** Which files change, by what is there: `undefined` removes one. */
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

/** The writes of one process: those that come while a push is on its way share the next commit. */
export class CommitQueue {
  readonly #branch: Branch;
  readonly #timing: Timing;
  #waiting: Waiting[] = [];
  #last: Promise<unknown> = Promise.resolve();

  constructor(branch: Branch, timing: Timing) {
    this.#branch = branch;
    this.#timing = timing;
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

  /** Makes one commit without a history of the branch. Other runs may go on: their next push is made on top of it. */
  squash(message: string): Promise<void> {
    return this.alone(async () => {
      await this.#branch.fetch();
      await this.#untilFirst(async (seen) => {
        const to = await this.#branch.squashed(seen, message);
        return to === undefined || this.#branch.push([{ branch: true, from: seen.tip, to }]);
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

  /** Tries until no other run has moved the branch meanwhile. `push` gets one view of the server: others may look in between. */
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

  /** The writes whose locks are theirs still; the others are rejected. */
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
    // Each lock moves with it: a server checks only the refs that a push changes.
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
