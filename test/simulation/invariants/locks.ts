/** What must hold of runs that work at the same time, or whose lock was taken from them. */
import type { Exchange } from "../network";
import { isSameAgent } from "./repeats";
import type { RequestInvariant } from "./requests";

/** While a run is at its writes to a manager, no other run writes there. Runs on other managers go on beside it. */
export const runsNeverInterleave: RequestInvariant = (exchange, { runs }) => {
  // One that is asleep, or has been, is checked below.
  if (!exchange.isWrite || exchange.isAfterSleep) return [];
  const { run } = exchange;
  const others = runs.filter(
    (other) =>
      other !== run &&
      other.process.alive &&
      other.plans.length > 0 &&
      other.process.options.sleep === undefined,
  );
  return others
    .filter(({ exchanges }) =>
      exchanges.some(({ isWrite, manager }) => isWrite && manager === exchange.manager),
    )
    .map((other) => `runs ${other.number} and ${run.number} write to ${exchange.manager} at the same time`);
};

/** A run that slept while another run wrote to the manager writes there no more, but for what was about to leave. */
export const stopsOnceItsLockIsTaken: RequestInvariant = (exchange, { runs }) => {
  const { run, manager, isWrite, isAfterSleep } = exchange;
  if (!isWrite || !isAfterSleep || isOfBegunUnit(exchange)) return [];
  // One that had asked nothing yet had no lock either.
  if (run.exchanges.every((other) => other.isAfterSleep)) return [];
  return runs
    .filter((other) => other.number > run.number)
    .filter(({ exchanges }) => exchanges.some((other) => other.isWrite && other.manager === manager))
    .map((other) => `it sends ${exchange.call} though run ${other.number} took its lock while it slept`);
};

/** Whether the run sent something for the same unit of work before: a write to the agent, or a login. */
function isOfBegunUnit(exchange: Exchange): boolean {
  const earlier = exchange.run.exchanges.filter((other) => other.manager === exchange.manager).slice(0, -1);
  return earlier.at(-1)?.call === "login" || earlier.some((other) => isSameUnit(other, exchange));
}

function isSameUnit(one: Exchange, other: Exchange): boolean {
  return one.call === "agents/secrets/change" && one.call === other.call && isSameAgent(one, other);
}
