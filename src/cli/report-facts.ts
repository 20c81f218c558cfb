import type { Platform } from "../index";
import type { Plan } from "../model/plan";
import type { Topology } from "../model/topology";
import { formatTime } from "../platform/clock";
import type { ReportFacts } from "../report/html/run-facts";
import type { OutputContent } from "../report/output-document";
import type { Library } from "./load-library";

/** The actor, the plan, and the topology with its changes. */
export async function reportFacts(
  { plan, outcome }: OutputContent,
  library: Library,
  platform: Platform,
): Promise<ReportFacts> {
  // After a second round the outcome has another plan; this is the approved one.
  const shown = plan ?? outcome?.plan;
  if (shown === undefined) return {};
  const topology = await drawn(outcome?.plan ?? shown, library, platform);
  const approvedBy = platform.approval?.by;
  return {
    by: `${platform.user}@${platform.host}`,
    approvedBy: outcome ? approvedBy : undefined,
    digest: library.planDigest(shown),
    endedAt: outcome && formatTime(platform.clock.now()),
    topology,
  };
}

/** If the desired state has errors by now, the run has reported them; the report leaves out the drawing. */
async function drawn(plan: Plan, library: Library, platform: Platform): Promise<Topology | undefined> {
  const files = plan.inputs.map(({ path }) => (path === "<stdin>" ? "-" : path));
  try {
    return await library.topology({ files }, { ...platform, report: () => undefined }, plan);
  } catch {
    return undefined;
  }
}
