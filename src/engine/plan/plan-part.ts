import type { Operation } from "../../model/operation";
import type { Plan } from "../../model/plan";
import { operationKind } from "../../resources/kinds";
import { summarize } from "./plan-draft";

/** A part of a plan: the changes at some addresses, and the requests that they need. */
export interface PlanPart {
  readonly addresses: ReadonlySet<string>;
  /** IDs of operations without a change of their own, which only another change needs. */
  readonly requests: ReadonlySet<string>;
}

export function changesWithin(plan: Plan, { addresses, requests }: PlanPart) {
  return {
    changes: plan.changes.filter(({ address }) => addresses.has(address)),
    operations: plan.operations.flatMap((operation) => within(operation, addresses, requests)),
  };
}

/** The plan with only a part of its changes; everything else stays. */
export function partOf(plan: Plan, part: PlanPart): Plan {
  const lists = { ...plan, ...changesWithin(plan, part) };
  const { unchanged, not_compared: notCompared, same_version: sameVersion } = plan.summary;
  return { ...lists, summary: summarize(lists, { unchanged, notCompared, sameVersion }) };
}

function within(
  operation: Operation,
  addresses: ReadonlySet<string>,
  requests: ReadonlySet<string>,
): Operation[] {
  const kind = operationKind(operation);
  if (kind.isNeededAlone) return requests.has(operation.id) ? [operation] : [];
  const part = kind.within(operation, (address) => addresses.has(address));
  return part ? [part] : [];
}
