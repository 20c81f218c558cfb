import type { ApplyContext } from "../../engine/context";

/** Takes the lock, and holds it until `work` ends. */
export type Locking = (work: (context: ApplyContext) => Promise<void>) => Promise<void>;

interface Session {
  readonly context: Promise<ApplyContext>;
  readonly end: () => void;
  readonly ended: Promise<void>;
}

/**
 * One hold of the state's lock for all jobs at the same time. The last of them releases it, so that others get their
 * turn.
 */
export class SharedLock {
  readonly #locking: Locking;
  #jobs = 0;
  #session: Session | undefined;
  /** Settles when the last hold is released. */
  #closing: Promise<void> = Promise.resolve();

  constructor(locking: Locking) {
    this.#locking = locking;
  }

  /** The context of the present hold. */
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

  /** A job that arrives while the lock is being released takes it again, and waits only for the release. */
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
