import type { ManagerPart } from "../../library/manager-run/manager-part";
import type { Diagnostic } from "../../model/diagnostic";
import type { Outcome } from "../../model/outcome";
import type { KeptReason } from "../../model/plan";
import { type AttributePath, type Fault, fault } from "../fault";
import type { Connection } from "../provider/connection";
import { outcomeFaults } from "./plan-faults";
import type { Attrs, Result } from "./resource-type";
import { unrecorded, unrecordedFaults } from "./unrecorded";
import { hasErrors } from "./value-faults";

/** What goes with the requests of one type of resource. */
export interface Carrying {
  /** Whether nothing else may be under way. */
  readonly alone: boolean;
  readonly attributeOf?: (diagnostic: Diagnostic) => AttributePath | undefined;
}

export interface CarriedOut {
  readonly outcome: Outcome;
  readonly faults: readonly Fault[];
  readonly hasFailed: boolean;
}

export async function carryOut(
  part: ManagerPart,
  { run }: Connection,
  { alone, attributeOf }: Carrying,
): Promise<CarriedOut> {
  const outcome = await run.apply(part, { alone });
  const faults = outcomeFaults(outcome, attributeOf);
  return { outcome, faults, hasFailed: hasErrors(faults) };
}

/** Removes what a resource was; what the policy protects stays, with a warning, and is no longer Terraform's. */
export async function removePart(
  part: ManagerPart,
  state: Attrs,
  connection: Connection,
  carrying: Carrying,
): Promise<Result> {
  const left = await unrecorded(part, connection);
  const { outcome, faults, hasFailed } = await carryOut(part, connection, carrying);
  const lost = unrecordedFaults(left, part, outcome.plan.state.location);
  if (hasFailed || hasErrors(lost)) return { state, faults: [...faults, ...lost] };
  return { state: null, faults: [...faults, ...lost, ...keptFaults(outcome)] };
}

/** A warning for each thing that the policy keeps, or that is not ours to delete, of `reasons`. */
export function keptFaults(
  { plan }: Outcome,
  reasons: readonly KeptReason[] = ["protected", "reserved"],
): Fault[] {
  const kept = plan.kept.filter(({ reason }) => reasons.includes(reason));
  return kept.map(({ address, reason, names }) => {
    const detail =
      reason === "reserved"
        ? "It belongs to the agent or to the manager itself, which needs it, and is never deleted. Leave it there."
        : "`policy.protect` names it. Delete it there if it is not needed any more.";
    return fault(undefined, `${address}: ${names.join(", ")} stays on the manager`, detail, "warning");
  });
}
