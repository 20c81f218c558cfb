import type { Change } from "../model/change";
import type { Operation } from "../model/operation";
import type { Due, Kept, Uncompared, Unplanned } from "../model/plan";

/**
 * What planning one unit gives. A unit is what is observed by one call and can be planned alone: the clients of a
 * manager, its lower managers, its initial secret, the secrets of one agent.
 */
export interface UnitPlan {
  readonly changes: readonly Change[];
  readonly operations: readonly Operation[];
  readonly kept: readonly Kept[];
  readonly blocked: readonly Unplanned[];
  /** Issued secrets that are due for rotation, and stay. */
  readonly due?: readonly Due[];
  /** Whether an agent is wholly as declared once these operations are carried out; known of agents alone. */
  readonly leavesDeclared?: boolean;
  /** Resources in sync. */
  readonly unchanged: number;
  /** Resources that are there, but whose values were not compared. */
  readonly notCompared: number;
  /** Those of them whose sources have the version that was last written. */
  readonly sameVersion?: number;
  /** The others. */
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
