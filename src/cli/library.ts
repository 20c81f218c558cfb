/**
 * The library as the command line calls it. Tests hand in one of their own; `loadLibrary` brings the real one,
 * and only when a command needs it.
 */
import type { Outcome } from "../model/outcome";
import type { Plan } from "../model/plan";
import type { ListedLock, StateListReport, StateShowReport } from "../report/state-text";
import type { ApplyOptions, InputOptions, PlanOptions, Surroundings, Validation } from "../run/surroundings";

export interface Library {
  surroundings(overrides?: Partial<Surroundings>): Surroundings;
  validate(options: InputOptions, around: Surroundings): Promise<Validation>;
  plan(options: PlanOptions, around: Surroundings): Promise<Plan>;
  /** Also destroys, with `mode: "destroy"`. Undefined when the plan was not approved. */
  apply(options: ApplyOptions, around: Surroundings): Promise<Outcome | undefined>;
  applySavedPlan(saved: Plan, options: SavedPlanOptions, around: Surroundings): Promise<Outcome>;
  parsePlan(text: string, file: string): Plan;
  serialisePlan(plan: Plan): string;
  listState(options: InputOptions, around: Surroundings): Promise<StateListReport>;
  showState(options: InputOptions, address: string, around: Surroundings): Promise<StateShowReport>;
  removeFromState(
    options: InputOptions & { readonly lockTimeoutMs?: number },
    addresses: readonly string[],
    around: Surroundings,
  ): Promise<{ readonly removed: readonly string[] }>;
  unlockState(options: InputOptions, lockId: string, around: Surroundings): Promise<ListedLock>;
}

export interface SavedPlanOptions {
  readonly state?: string;
  readonly parallelism?: number;
  readonly lockTimeoutMs?: number;
}

export async function loadLibrary(): Promise<Library> {
  return await import("../index.js");
}
