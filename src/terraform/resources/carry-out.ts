import type { ManagerPart } from "../../library/manager-run/manager-part";
import { memberAddress } from "../../model/address";
import type { Diagnostic } from "../../model/diagnostic";
import type { Outcome } from "../../model/outcome";
import type { KeptReason } from "../../model/plan";
import { type AttributePath, type Fault, fault } from "../fault";
import { firstOf } from "../first-of";
import type { Connection } from "../provider/connection";
import { outcomeFaults } from "./plan-faults";
import type { Attrs, Result } from "./resource-type";
import { unrecorded, unrecordedFaults } from "./unrecorded";
import { hasErrors } from "./value-faults";

/** Options for applying one type of resource. */
export interface CarryOutOptions {
  /** Whether nothing else may run at the same time. */
  readonly alone: boolean;
  /** Whether the plan of a destroy has already warned about what stays. */
  readonly planWarned?: boolean;
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
  { alone, attributeOf }: CarryOutOptions,
): Promise<CarriedOut> {
  const outcome = await run.apply(part, { alone });
  const faults = outcomeFaults(outcome, attributeOf);
  return { outcome, faults, hasFailed: hasErrors(faults) };
}

/** Destroys a resource. What the policy protects stays. Terraform no longer manages it, and shows a warning. */
export async function removePart(
  part: ManagerPart,
  state: Attrs,
  connection: Connection,
  carrying: CarryOutOptions,
): Promise<Result> {
  const left = await unrecorded(part, connection);
  const { outcome, faults, hasFailed } = await carryOut(part, connection, carrying);
  const lost = unrecordedFaults(left, part, outcome.plan.state.location);
  if (hasFailed || hasErrors(lost)) return { state, faults: [...faults, ...lost] };
  const kept = carrying.planWarned ? [] : keptFaults(outcome);
  return { state: null, faults: [...faults, ...lost, ...kept] };
}

/** One warning for each of `reasons` about what stays on the manager. */
export function keptFaults(
  { plan }: Outcome,
  reasons: readonly KeptReason[] = ["protected", "reserved"],
): Fault[] {
  return reasons.flatMap((reason) => {
    const entries = plan.kept.filter((each) => each.reason === reason);
    const named = entries.flatMap(({ address, names }) => names.map((name) => memberAddress(address, name)));
    if (named.length === 0) return [];
    const unnamed = entries.reduce((sum, { count, names }) => sum + count - names.length, 0);
    const summary = `${firstOf(named, unnamed)} ${named.length + unnamed === 1 ? "stays" : "stay"} on the manager`;
    return [fault(undefined, summary, whyKept[reason] ?? "", "warning")];
  });
}

const whyKept: Partial<Record<KeptReason, string>> = {
  protected: "`policy.protect` names it. Delete it there if it is no longer needed.",
  reserved:
    "It belongs to the agent or to the manager itself, which needs it, and is never deleted. Leave it there.",
};
