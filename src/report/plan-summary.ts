import { countActions } from "../model/agent-spans";
import type { Action } from "../model/change";
import type { Plan } from "../model/plan";
import { countOf, grouped } from "./wording";

/** The words of the command that made the plan. */
export type PlanWording = "plan" | "drift" | "destroy" | "rebuild" | "rehearsal";

/** The number of changes that would change something: adopting a resource that exists as declared does not count. */
export function pendingChanges(plan: Plan): number {
  const { create, update, replace, delete: deleted, forget, deferred } = plan.summary;
  return create + update + replace + deleted + forget + deferred;
}

/** Delivered secrets that are no longer in their files: drift that an apply does not correct by itself. */
export function vanishedSecrets({ due }: Plan): number {
  return due.filter(({ vanished }) => vanished !== undefined).length;
}

/** The summary line. */
export function planSummary(plan: Plan, wording: PlanWording): string {
  const { summary } = plan;
  const open = summary.unknown + summary.blocked;
  const vanished = vanishedSecrets(plan);
  if (pendingChanges(plan) + vanished + open === 0) return inSync(plan, wording);
  const parts = [
    ...pendingActions
      .filter((action) => summary[action] > 0)
      .map((action) => `${grouped(summary[action])} to ${action}`),
    ...(summary.lost > 0 ? [`${grouped(summary.lost)} to forget below deleted lower managers`] : []),
    ...deferredCounts(plan),
  ];
  if (vanished > 0) parts.push(`${countOf(vanished, "delivered secret")} no longer in place`);
  if (parts.length === 0) parts.push("nothing to change in what is known");
  const rest = [
    ...(summary.unknown > 0 ? [`${grouped(summary.unknown)} unknown`] : []),
    ...(summary.blocked > 0 ? [`${grouped(summary.blocked)} blocked`] : []),
    ...(summary.unchanged > 0 ? [`${grouped(summary.unchanged)} unchanged`] : []),
    ...quietCounts(plan),
  ];
  const others = rest.length > 0 ? `; ${rest.join(", ")}` : "";
  const later = summary.deferred > 0 ? ", and those for what is deferred" : "";
  return `${titles[wording]}: ${parts.join(", ")}${others}. ${countOf(summary.requests, "request")}${later}.`;
}

function deferredCounts({ summary, open_selectors }: Plan): string[] {
  const selectors = open_selectors.filter(({ reason }) => reason === "deferred").length;
  return [
    ...(summary.deferred > 0 ? [`${grouped(summary.deferred)} deferred`] : []),
    ...(selectors > 0 ? [`what ${countOf(selectors, "deferred selector")} will match`] : []),
  ];
}

const pendingActions = [
  "create",
  "update",
  "replace",
  "delete",
  "forget",
] as const satisfies readonly Action[];

const titles: Readonly<Record<PlanWording, string>> = {
  plan: "Plan",
  drift: "Drift",
  destroy: "Destroy",
  rebuild: "Rebuild",
  rehearsal: "Rehearsal of a rebuild, nothing was written",
};

function inSync(plan: Plan, wording: PlanWording): string {
  const { summary } = plan;
  const quiet = quietCounts(plan);
  const rest = quiet.length > 0 ? `; ${quiet.join(", ")}` : "";
  if (wording === "destroy") return `Nothing to destroy: the state owns nothing here${rest}.`;
  const basis = basisOf(plan);
  const opening = wording === "drift" ? "No drift" : "In sync";
  if (summary.not_compared > 0 || unlisted(plan) > 0) {
    const there = summary.unchanged + summary.not_compared;
    return `Nothing is missing${basis}: ${countOf(there, "resource")} ${basis === "" ? "there" : "known"}${rest}.`;
  }
  if (summary.unchanged === 0 && isOfEmptyScope(plan))
    return `${opening}${basis}: nothing is declared in this scope${rest}.`;
  const are = summary.unchanged === 1 ? "is" : "are";
  return `${opening}${basis}: ${countOf(summary.unchanged, "resource")} ${are} as declared, nothing to do${rest}.`;
}

/** Whether the scope of a plan is empty; selectors may match nothing. */
function isOfEmptyScope({ options: { managers, targets, shard }, selectors = [] }: Plan): boolean {
  return (shard !== undefined || managers.length + targets.length > 0) && selectors.length === 0;
}

/** The note for a plan that did not ask every manager: the state may be wrong. */
function basisOf({ options, not_asked: notAsked = [] }: Plan): string {
  if (!options.refresh) return " by the state alone";
  return notAsked.length === 0 ? "" : ` by the state alone of ${countOf(notAsked.length, "manager")}`;
}

function notCompared({ not_compared, same_version }: Plan["summary"]): string[] {
  if (not_compared === 0) return [];
  const same = same_version > 0 ? ` (${grouped(same_version)} with the version last written)` : "";
  return [`${grouped(not_compared)} not compared${same}`];
}

/** The number of selectors whose agents were not listed. */
function unlisted({ open_selectors }: Plan): number {
  return open_selectors.filter(({ reason }) => reason === "not-listed").length;
}

function quietCounts(plan: Plan): string[] {
  const { summary, changes } = plan;
  const adopted = countActions(changes)["no-op"];
  return [
    ...(adopted > 0 ? [`${grouped(adopted)} to adopt`] : []),
    ...notCompared(summary),
    ...(unlisted(plan) > 0 ? [`${countOf(unlisted(plan), "selector")} not compared`] : []),
    ...(summary.due > 0 ? [`${grouped(summary.due)} due for rotation`] : []),
    ...(summary.kept > 0 ? [`${grouped(summary.kept)} left alone`] : []),
  ];
}
