import type { Fleet } from "./fleet";
import type { FleetSettings } from "./server/fast-manager";
import type { Print } from "./table";

/** What every row is measured with. */
export interface Bench {
  readonly agents: number;
  readonly keys: number;
  readonly rounds: number;
  /** For files; removed at the end. */
  readonly folder: string;
  readonly print: Print;
  /** Opens a fleet of the bench's size, and closes it after `use`. */
  withFleet<T>(settings: Partial<FleetSettings>, use: (fleet: Fleet) => Promise<T>): Promise<T>;
}

/** What `--only` names. */
export interface Row {
  readonly name: string;
  readonly summary: string;
  measure(bench: Bench): Promise<void>;
}

/** Runs the contenders in turns; gives each one's results, in the order of the rounds. */
export async function inTurns<T>(
  rounds: number,
  ...contenders: readonly (() => Promise<T>)[]
): Promise<T[][]> {
  const results = contenders.map((): T[] => []);
  for (let round = 0; round < rounds; round++)
    for (const [index, run] of contenders.entries()) results[index]?.push(await run());
  return results;
}
