import type { PlanOptions } from "../index";
import { failure } from "../model/diagnostic";
import type { Plan } from "../model/plan";
import type { Run } from "./run";

/** A plan of a run that nobody stopped: what a stopped one saw of the managers is not worth showing. */
export async function planRun(run: Run, options: PlanOptions): Promise<Plan> {
  const library = await run.library();
  const plan = await library.plan(options, run.around(library));
  if (run.signal.aborted) throw failure({ code: "cancelled", summary: "the run was cancelled" });
  run.keep({ plan });
  return plan;
}
