import { type Clock, systemClock } from "../../src/platform/clock";

/** The system's clock, which a pause moves on and which nobody waits for. */
export function hurriedClock(): Clock {
  let skipped = 0;
  return {
    now: () => systemClock.now() + skipped,
    elapsed: () => systemClock.elapsed() + skipped,
    sleep: async (ms) => {
      skipped += ms;
    },
  };
}
