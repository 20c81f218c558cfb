import { agentsBelow, parseAddress } from "../../model/address";
import type { Change, DeferredChange } from "../../model/change";
import type { Outcome } from "../../model/outcome";
import type { Plan } from "../../model/plan";
import type { ApplyContext } from "../context";
import { makePlan, type PlannedRun, type PlanRequest } from "../plan/make-plan";
import { partOf } from "../plan/plan-part";
import { createScope } from "../scope";
import { applyPlan } from "./apply-plan";
import { joinRounds, refusedLater } from "./next-round";

export interface SecondRound {
  /** Adds refusals to the plan's diagnostics. */
  readonly judge: (planned: PlannedRun) => Promise<PlannedRun>;
  /** Asks for approval of changes that the first plan did not list; with false they are not made. */
  readonly approve: (unapproved: Plan) => Promise<boolean>;
}

/**
 * Plans and applies what waited for the first round. The deferred changes of the first plan were approved with it;
 * only the rest needs a new approval.
 */
export async function secondRound(
  context: ApplyContext,
  next: PlanRequest | undefined,
  first: Outcome,
  { judge, approve }: SecondRound,
): Promise<Outcome> {
  if (next === undefined || first.cancelled) return first;
  try {
    const planned = await judge(await makePlan(context, next));
    const { approved, unapproved } = divide(planned.plan, first.plan);
    // An empty plan needs no approval.
    const isWhole = unapproved.operations.length === 0 || (await approve(unapproved));
    const second = await applyPlan(context, isWhole ? planned : { ...planned, plan: approved });
    return joinRounds(first, { ...second, further_plan_due: !isWhole });
  } catch (error) {
    return refusedLater(first, error);
  }
}

/** Whether a change is the deferred change of a plan, now that its agent is visible. */
export function isAsDeferred({ action, fingerprint }: DeferredChange, change: Change): boolean {
  if (action === "delete") return change.action === "delete" || change.action === "forget";
  const isWrite = change.action === "create" || change.action === "update";
  return isWrite && (fingerprint === undefined || fingerprint === change.fingerprint);
}

/** Divides a second round's plan into changes that were approved with the first plan, and others. */
function divide(second: Plan, first: Plan): { readonly approved: Plan; readonly unapproved: Plan } {
  const isApproved = approvedWith(first);
  const addresses = { approved: new Set<string>(), unapproved: new Set<string>() };
  for (const change of second.changes)
    addresses[isApproved(change) ? "approved" : "unapproved"].add(change.address);
  const requests = new Set<string>();
  return {
    approved: partOf(second, { addresses: addresses.approved, requests }),
    unapproved: partOf(second, { addresses: addresses.unapproved, requests }),
  };
}

function approvedWith({ changes, deferred }: Plan): (change: Change) => boolean {
  const known = new Map(deferred.map((each) => [each.address, each]));
  const lost = createScope({ managers: [], targets: changes.flatMap(placeLost) });
  return (change) => {
    const planned = known.get(change.address);
    if (planned) return isAsDeferred(planned, change);
    return change.action === "forget" && lost.limited && lost.covers(change.address);
  };
}

/** The place of the agents that are forgotten with a lower manager. */
function placeLost({ address, loses }: Change): string[] {
  const lower = loses && parseAddress(address);
  return lower?.kind === "lower-manager" ? [agentsBelow(lower.manager, lower.host)] : [];
}
