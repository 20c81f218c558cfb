import type { Plan } from "../../../model/plan";
import { reasonOf } from "../../../report/reasons";
import { type Fault, fault } from "../../fault";
import type { Attrs } from "../resource-type";

/**
 * A placeholder for the sink of a resource without one. Nothing is ever delivered to it: `sinkNeeded` stops every
 * apply that would.
 */
export const NO_SINK = { file: "unused" };

/** Only an issue needs a sink. An imported or already issued secret needs none. */
export function isSinkless({ deliver_to: sink = null }: Attrs): boolean {
  return sink === null;
}

/** Ignores where a secret was delivered, if no sink is declared. */
export function withoutMoves(plan: Plan): Plan {
  return { ...plan, blocked: plan.blocked.filter(({ code }) => code !== "sink-moved") };
}

/** An error for each secret that the apply would issue or deliver. */
export function sinkNeeded({ changes, mode }: Plan): Fault[] {
  return changes.map((change) => {
    const summary = `\`deliver_to\` is needed: ${change.address} is to be issued`;
    const detail = `Why: ${reasonOf(change, mode)}. The manager shows a secret once: say where it goes, as in \`deliver_to = { file = "out/name.secret" }\`.`;
    return fault(["deliver_to"], summary, detail);
  });
}
