import { asRefusals } from "../../engine/plan/freeze";
import type { PlannedRun } from "../../engine/plan/make-plan";
import type { Platform } from "../platform";
import { askPolicies, type PolicyProgram } from "./policy-program";

/** What overrides the policy of the desired state. */
export interface Overrides {
  /** Continues although a freeze window is open. */
  readonly duringFreeze?: boolean | undefined;
}

/** Adds to a plan that is about to be applied every refusal, as errors in its diagnostics. */
export async function judgePlan(
  planned: PlannedRun,
  policies: readonly PolicyProgram[],
  { duringFreeze }: Overrides,
  platform: Platform,
): Promise<PlannedRun> {
  const { diagnostics } = planned.plan;
  const plan = { ...planned.plan, diagnostics: duringFreeze ? diagnostics : asRefusals(diagnostics) };
  const refusals = await askPolicies(policies, plan, platform);
  return { ...planned, plan: { ...plan, diagnostics: [...plan.diagnostics, ...refusals] } };
}
