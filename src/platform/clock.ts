/** Time, injected so that tests and replays own it. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Milliseconds since some moment, by a clock that nobody sets: for what lasts, and for what is due here. */
  elapsed(): number;
  /** Resolves after `ms`, or at once when `signal` is aborted. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  elapsed: () => performance.now(),
  sleep: (ms, signal) =>
    new Promise((resolve) => {
      if (signal?.aborted) return resolve();
      const finish = () => {
        clearTimeout(timer);
        signal?.removeEventListener("abort", finish);
        resolve();
      };
      const timer = setTimeout(finish, ms);
      signal?.addEventListener("abort", finish, { once: true });
    }),
};

/**
 * Tells how long ago this was called, in milliseconds, by whichever clock says longer: one may be set back, and the other stands
 * still while the machine sleeps.
 */
export function stopwatch(clock: Clock): () => number {
  const [now, elapsed] = [clock.now(), clock.elapsed()];
  return () => Math.max(clock.now() - now, clock.elapsed() - elapsed);
}

/** UTC as the manager writes it: `YYYY-MM-DDThh:mm:ssZ`. */
export function formatTime(ms: number): string {
  return new Date(ms).toISOString().replace(/\.\d+Z$/, "Z");
}
