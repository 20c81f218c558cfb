/** Time, injected so that tests and replays control it. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Milliseconds since an arbitrary moment, by a monotonic clock: for durations, and for due times in this process. */
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
 * Returns a function that measures the milliseconds since this call. It takes the larger result of the two clocks:
 * one may be set back, and the other stops while the machine sleeps.
 */
export function stopwatch(clock: Clock): () => number {
  const [now, elapsed] = [clock.now(), clock.elapsed()];
  return () => Math.max(clock.now() - now, clock.elapsed() - elapsed);
}

/** UTC as the manager writes it: `YYYY-MM-DDThh:mm:ssZ`. */
export function formatTime(ms: number): string {
  return new Date(ms).toISOString().replace(/\.\d+Z$/, "Z");
}
