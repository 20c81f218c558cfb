import { countActions } from "../model/agent-spans";
import type { Plan } from "../model/plan";
import { shardName } from "../model/shard";
import { visible } from "../model/visible";
import { changeLines } from "./change-lines";
import { deferredLines, unlistedSelectorLines } from "./deferred-lines";
import {
  dueLines,
  keptLines,
  managedOf,
  uncomparedLines,
  unmanagedLines,
  unplannedLines,
} from "./not-planned-lines";
import { type Paint, plain } from "./paint";
import { type PlanWording, planSummary } from "./plan-summary";
import { actionStyles, actions } from "./reasons";
import { requestLines } from "./request-lines";
import { selectorLines } from "./selector-lines";
import { grouped } from "./wording";

export interface PlanTextOptions {
  readonly wording: PlanWording;
  readonly paint?: Paint;
  /** Whether unmanaged resources are listed; otherwise they are one line. */
  readonly showUnmanaged?: boolean;
}

/**
 * A plan for review: changes by manager and kind with their reasons, kept resources with theirs, unknown resources,
 * the requests in order, and one summary line. `diagnosticsText` prints diagnostics separately.
 */
export function planText(
  plan: Plan,
  { wording, paint = plain, showUnmanaged = false }: PlanTextOptions,
): string {
  const kept = showUnmanaged ? plan.kept : managedOf(plan.kept);
  const lines = [
    ...scopeLines(plan, wording, paint),
    ...legend(plan, wording, paint),
    ...changeLines(plan.changes, plan.mode, paint),
    ...section(DEFERRED, deferredLines(plan, paint), paint),
    ...section(UNLISTED, unlistedSelectorLines(plan), paint),
    ...section("Agents that selectors match:", selectorLines(plan, paint), paint),
    ...section("Not pruned:", keptLines(kept, paint), paint),
    ...section("Not compared:", uncomparedLines(plan.uncompared, paint), paint),
    ...section("Due for rotation:", dueLines(plan.due, paint), paint),
    ...section("Unknown, and so left alone:", unplannedLines(plan.unknown, paint), paint),
    ...section("Blocked until someone decides:", unplannedLines(plan.blocked, paint), paint),
    ...section(requestTitles[wording], requestLines(plan.operations, paint), paint),
    ...(showUnmanaged ? [] : unmanagedLines(plan.kept, paint)),
    paint("strong", planSummary(plan, wording)),
  ];
  return `${lines.join("\n")}\n`;
}

const DEFERRED = "Deferred until the lower manager above them is added:";
const UNLISTED = "Selectors that are not compared, since the manager was not asked for its agents:";

const requestTitles: Readonly<Record<PlanWording, string>> = {
  plan: "Requests, in this order:",
  drift: "Requests that an apply would send, in this order:",
  destroy: "Requests, in this order:",
  rebuild: "Requests, in this order:",
  rehearsal: "Requests that a rebuild would send, in this order:",
};

const openings: Readonly<Record<PlanWording, string>> = {
  plan: "To reach the desired state:",
  drift: "Where the managers have left the desired state:",
  destroy: "To destroy what this state owns:",
  rebuild: "To rebuild the lost manager on the new one:",
  rehearsal: "To rebuild this manager on a new one:",
};

function legend(plan: Plan, wording: PlanWording, paint: Paint): string[] {
  return plan.changes.length === 0 ? [] : [legendLine(plan, wording, paint), ""];
}

/** The legend of the signs before this plan's changes. */
export function legendLine(plan: Plan, wording: PlanWording, paint: Paint): string {
  const counts = countActions(plan.changes);
  const signs = actions
    .filter((action) => counts[action] > 0)
    .map(
      (action) =>
        `${paint(actionStyles[action].tone, actionStyles[action].sign)} ${actionStyles[action].word}`,
    );
  return `${openings[wording]}  ${signs.join("  ")}`;
}

function section(title: string, lines: readonly string[], paint: Paint): string[] {
  return lines.length === 0 ? [] : [paint("strong", title), ...lines, ""];
}

function scopeLines(plan: Plan, wording: PlanWording, paint: Paint): string[] {
  const notes = scopeNotes(plan, wording);
  return notes.length === 0 ? [] : [...notes.map((note) => paint("warning", `Note: ${note}`)), ""];
}

/** Notes for a plan of a part, or from incomplete data, so that it does not look like a complete one. */
export function scopeNotes(
  { options, state, not_asked: notAsked = [] }: Pick<Plan, "options" | "state" | "not_asked">,
  wording: PlanWording,
): string[] {
  const notes: string[] = [];
  // A rebuild is for one manager, and also changes those below it.
  const isRebuild = wording === "rebuild" || wording === "rehearsal";
  if (options.managers.length > 0 && !isRebuild)
    notes.push(
      `only the ${options.managers.length === 1 ? "manager" : "managers"} ${options.managers.map(visible).join(", ")}`,
    );
  if (options.shard) {
    const shard = `shard ${shardName(options.shard)}`;
    const isEmpty = Object.keys(state.serials).length === 0;
    notes.push(isEmpty ? `no manager is in ${shard}` : `only the managers of ${shard}`);
  }
  if (options.targets.length > 0) notes.push(`only the targets ${options.targets.map(visible).join(", ")}`);
  if (options.rotate?.length)
    notes.push(`issued again on request: ${options.rotate.map(visible).join(", ")}`);
  if (!options.refresh) notes.push("from the state alone: no manager was asked (--refresh=false)");
  if (notAsked.length > 0) notes.push(`from the state alone: ${namesOf(notAsked)} (see the warnings)`);
  if (!options.secrets)
    notes.push(
      "no secret was read: of values only the versions of their sources are compared (--no-secrets)",
    );
  return notes;
}

const NAMES_SHOWN = 5;

function namesOf(managers: readonly string[]): string {
  const shown = managers.slice(0, NAMES_SHOWN).map(visible).join(", ");
  const rest = managers.length - NAMES_SHOWN;
  return `${shown}${rest > 0 ? `, … and ${grouped(rest)} more` : ""} ${managers.length === 1 ? "was" : "were"} not asked`;
}
