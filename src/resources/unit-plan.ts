import type { Change } from "../model/change";
import type { Operation } from "../model/operation";
import type { Due, Kept, Uncompared, Unplanned } from "../model/plan";

/**
 * The plan of one unit. A unit is observed by one call and can be planned alone: the clients of a
 * manager, its lower managers, its initial secret, the secrets of one agent.
 */
export interface UnitPlan {
  readonly changes: readonly Change[];
  readonly operations: readonly Operation[];
  readonly kept: readonly Kept[];
  readonly blocked: readonly Unplanned[];
  /** Issued secrets that are due for rotation, and stay. */
  readonly due?: readonly Due[];
  /** Whether an agent is completely as declared after these operations; only for agents. */
  readonly leavesDeclared?: boolean;
  /** Resources in sync. */
  readonly unchanged: number;
  /** Existing resources whose values were not compared. */
  readonly notCompared: number;
  /** Resources of `notCompared` whose sources have the version that was last written. */
  readonly sameVersion?: number;
  /** The other resources of `notCompared`. */
  readonly uncompared?: readonly Uncompared[];
}

export const emptyUnitPlan: UnitPlan = {
  changes: [],
  operations: [],
  kept: [],
  blocked: [],
  unchanged: 0,
  notCompared: 0,
};
