import type { Action } from "../model/change";
import {
  type ChangeOutcome,
  type ChangeStatus,
  type Effect,
  type EffectKind,
  isUnrecorded,
  type Outcome,
} from "../model/outcome";
import { countApplied, notableOutcomes } from "../model/outcome-list";
import { visible, visibleName } from "../model/visible";
import { type Paint, plain } from "./paint";
import { actionStyles } from "./reasons";
import { countOf, grouped, moreLikeThese } from "./wording";

/** Lines shown for one status. */
const SHOWN = 20;

/** The outcome of a plan: deliveries, failed and skipped changes, and one summary line. */
export function outcomeText(outcome: Outcome, paint: Paint = plain): string {
  const lines = [
    ...outcomeSections(outcome, paint).flatMap(({ title, tone, lines }) => [
      paint(tone, `${title}:`),
      ...lines.map((line) => `  ${line}`),
      "",
    ]),
    paint("strong", outcomeSummary(outcome)),
  ];
  return `${lines.join("\n")}\n`;
}

/** A part of an outcome's text. */
export interface OutcomeSection {
  readonly title: string;
  readonly tone: "good" | "error" | "warning";
  /** Number of all its changes, shown or not. */
  readonly count: number;
  readonly lines: readonly string[];
}

/** Deliveries, failed and skipped changes; only sections with content. */
export function outcomeSections(outcome: Outcome, paint: Paint = plain): readonly OutcomeSection[] {
  const notable = notableOutcomes(outcome.changes);
  const delivered = notable.filter(({ delivered_to }) => delivered_to !== undefined);
  return [
    section("Delivered", delivered, "good", paint),
    section("Not recorded", notable.filter(isUnrecorded), "error", paint),
    section("Failed", withStatus(notable, "failed"), "error", paint),
    section("Not tried", withStatus(notable, "skipped"), "warning", paint),
  ].filter(({ count }) => count > 0);
}

function withStatus(changes: readonly ChangeOutcome[], status: ChangeStatus): readonly ChangeOutcome[] {
  return changes.filter((change) => change.status === status);
}

function section(
  title: string,
  changes: readonly ChangeOutcome[],
  tone: OutcomeSection["tone"],
  paint: Paint,
): OutcomeSection {
  const lines = changes.slice(0, SHOWN).flatMap((change) => {
    const { sign, tone: signTone } = actionStyles[change.action];
    const where = change.delivered_to === undefined ? "" : `  → ${visible(change.delivered_to)}`;
    const line = `${paint(signTone, sign.padStart(3))} ${visibleName(change.address)}${where}`;
    return change.status === "failed" ? [line, ...(change.effects ?? []).map(effectLine)] : [line];
  });
  if (changes.length > SHOWN) lines.push(`    ${paint("quiet", moreLikeThese(changes.length - SHOWN))}`);
  return { title, tone, count: changes.length, lines };
}

function effectLine(effect: Effect): string {
  return `      ${effectText(effect)}`;
}

/** One effect of a change, in words. */
export function effectText({ effect, at }: Effect): string {
  return `${effectWords[effect]}${at === undefined ? "" : `${effectPlaces[effect] ?? " "}${visible(at)}`}`;
}

const effectWords: Readonly<Record<EffectKind, string>> = {
  deleted: "the former one was deleted on the manager",
  issued: "a new secret was issued",
  delivered: "it was delivered to",
  unconfirmed: "it was delivered, but may not survive a power failure, to",
  "not-delivered": "it was not delivered to",
  kept: "it is kept for the next run, which delivers it and issues nothing",
  unknown: "a request was sent, and it is unknown whether it was carried out",
  "not-recorded": "the state could not record it: the next run detects it, or repeats it",
};

const effectPlaces: Readonly<Partial<Record<EffectKind, string>>> = { issued: ": ", kept: ": " };

/** The summary line. */
export function outcomeSummary({ plan, changes, summary, cancelled, further_plan_due }: Outcome): string {
  const applied = countApplied(changes);
  const parts = Object.entries(pastWords).flatMap(([action, word]) => {
    const count = applied[action as Action];
    return count > 0 ? [`${grouped(count)} ${word}`] : [];
  });
  const halfway = notableOutcomes(changes).filter(
    ({ status, effects }) => status === "failed" && effects?.some(isChange),
  ).length;
  const isUntouched = parts.length === 0 && halfway + summary.carried_out === 0;
  if (parts.length === 0) parts.push(isUntouched ? "nothing was changed" : "no change was completed");
  const rest = [
    ...(summary.not_recorded > 0 ? [`${grouped(summary.not_recorded)} of them not recorded`] : []),
    ...(summary.failed > 0 ? [failedWords(summary.failed, halfway)] : []),
    ...(summary.skipped > 0 ? [`${grouped(summary.skipped)} not tried`] : []),
    ...(plan.summary.deferred > 0 ? [`${grouped(plan.summary.deferred)} still deferred`] : []),
    ...(plan.summary.unknown > 0 ? [`${grouped(plan.summary.unknown)} unknown`] : []),
    ...(plan.summary.blocked > 0 ? [`${grouped(plan.summary.blocked)} blocked`] : []),
  ];
  const unfinished = isUntouched ? "Not applied" : "Partly applied";
  const isOnlyUnrecorded = summary.not_recorded > 0 && rest.length === 1;
  const applying = isOnlyUnrecorded ? "Applied, but not recorded" : rest.length > 0 ? unfinished : "Applied";
  const title = cancelled ? "Cancelled" : applying;
  const open = rest.length > 0 ? `; ${rest.join(", ")}` : "";
  const further = further_plan_due ? " A further plan is due." : "";
  const again =
    summary.not_recorded > 0 ? " Run the command again: it finds what is not recorded, and repeats it." : "";
  return `${title}: ${parts.join(", ")}${open}. ${countOf(summary.requests, "request")} sent.${further}${again}`;
}

function failedWords(failed: number, halfway: number): string {
  return `${grouped(failed)} failed${halfway > 0 ? `, ${grouped(halfway)} of them halfway` : ""}`;
}

/** Whether an effect is a change. */
function isChange({ effect }: Effect): boolean {
  return effect !== "not-delivered" && effect !== "kept";
}

const pastWords: Readonly<Record<Action, string>> = {
  create: "created",
  update: "updated",
  replace: "replaced",
  delete: "deleted",
  forget: "forgotten",
  "no-op": "adopted",
};
