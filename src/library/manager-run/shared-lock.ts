import type { ApplyContext } from "../../engine/context";

/** Takes the lock, and holds it until `work` ends. */
export type Locking = (work: (context: ApplyContext) => Promise<void>) => Promise<void>;

interface Session {
  readonly context: Promise<ApplyContext>;
  readonly end: () => void;
  readonly ended: Promise<void>;
}

/**
 * One hold of the state's lock for all jobs that are there at the same time. It is given up when the last of them is done,
 * so that others come to their turn.
 */
export class SharedLock {
  readonly #locking: Locking;
  #jobs = 0;
  #session: Session | undefined;
  /** The last hold, once it is being given up. */
  #closing: Promise<void> = Promise.resolve();

  constructor(locking: Locking) {
    this.#locking = locking;
  }

  /** The context of the hold that is open just now. */
  get held(): Promise<ApplyContext> | undefined {
    return this.#session?.context;
  }

  async run<T>(job: (context: ApplyContext) => Promise<T>): Promise<T> {
    this.#jobs++;
    this.#session ??= this.#open();
    const session = this.#session;
    try {
      return await job(await session.context);
    } finally {
      if (--this.#jobs === 0) await this.#close(session);
    }
  }

  /** A job that comes while the lock is being given up takes it anew, and waits for that at most. */
  async #close(session: Session): Promise<void> {
    this.#session = undefined;
    this.#closing = session.ended;
    session.end();
    await session.ended;
  }

  #open(): Session {
    let end = () => {};
    const done = new Promise<void>((resolve) => {
      end = resolve;
    });
    const before = this.#closing;
    let ended: Promise<void> = Promise.resolve();
    const context = new Promise<ApplyContext>((resolve, reject) => {
      ended = before
        .then(() =>
          this.#locking((opened) => {
            resolve(opened);
            return done;
          }),
        )
        .catch(reject);
    });
    return { context, end, ended };
  }
}
