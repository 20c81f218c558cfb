/** A process that sleeps in the middle of its work for longer than its lock lives, and another run that takes it over. */
import type { Chance } from "./chance";
import type { Step } from "./history";

/** The heartbeat of a run that began to sleep at once is older than that. */
const LOCK_DIES_AFTER = 10 * 60_000 + 1_000;

/** A new log is drafted in five calls. */
const MOST = { waits: 150, writes: 5, drafts: 5 } as const;

/** Other mishaps and other runs would only end it early. */
export function withSleep(step: Step, chance: Chance): Step {
  if (!chance.percent(7)) return step;
  const { target } = step.run;
  const action = chance.pick(["apply", "apply --parallelism 1", "apply --parallelism 1"] as const);
  const of = chance.pick(["waits", "writes", "writes", "drafts"] as const);
  // It wakes up long after the other run has ended, or at any point of its work.
  const overlap = chance.pick([60_000, chance.int(0, 2_000), chance.int(0, 50)]);
  const sleep = { of, at: chance.int(1, MOST[of]), ms: LOCK_DIES_AFTER + overlap };
  return {
    ...step,
    run: { action, target, sleep },
    second: { action: "apply", target, at: overlap, host: "build-8" },
    faults: [],
  };
}
