import type { SharedChange } from "../model/agent-spans";
import type { Action, Change, Reason } from "../model/change";
import type { KeptReason, PlanMode, UncomparedReason } from "../model/plan";
import type { Tone } from "./paint";
import { countOf } from "./wording";

/** What a line says of a change, beside the name of its resource. */
export type ShownChange = SharedChange & Pick<Change, "generation" | "loses">;

/** The reason of a change, in words. */
export function reasonOf(change: ShownChange, mode: PlanMode): string {
  const sentence =
    (mode === "destroy" && destroyReasons[change.reason]) ||
    (isFirstInitialSecret(change) ? FIRST_INITIAL_SECRET : reasons[change.reason]);
  return `${sentence}${generationOf(change)}${lossOf(change)}`;
}

/** No call shows an initial secret, and most managers have one. */
const FIRST_INITIAL_SECRET = "declared, and not in the state; one that the manager has already stops working";

function isFirstInitialSecret({ kind, reason }: ShownChange): boolean {
  return kind === "initial-secret" && reason === "missing";
}

const reasons: Readonly<Record<Reason, string>> = {
  missing: "declared, and not there",
  changed: "the value differs from the one last written",
  rotated: "its source has another version than the one last written",
  unverified: "what was last written is not known, so it is written again",
  generation: "the declared generation differs from the issued one; the old secret stops working",
  requested: "its rotation is asked for; the old secret stops working",
  due: "it is older than its rotateAfter; the old secret stops working",
  vanished: "it is no longer in the file that it was delivered to; the old secret stops working",
  undelivered: "it was issued, but its secret never reached its destination",
  reissued: "a lower manager needs a new initial secret, which replaces the delivered one",
  undeclared: "ours, and no longer declared",
  retired: "an earlier generation: its successor is delivered, and the overlap is over",
  foreign: "not declared and not ours; the policy is prune: all",
  gone: "no longer declared, and no longer on the manager either",
  disconnected: "registered here, but it rejects this manager: it is added again",
  predecessor: "left there by the manager that was lost",
  adopted: "there as declared; ours from now on, nothing is sent",
};

/** Reasons with other words for a destroy. */
const destroyReasons: Partial<Readonly<Record<Reason, string>>> = {
  undeclared: "owned, and destroy deletes everything that is owned",
  gone: "no longer on the manager",
};

/** Why undeclared resources stay, and how to change that. */
export const keptReasons: Readonly<Record<KeptReason, string>> = {
  overlap: "earlier generations of a client, valid until the overlap is over",
  "not-ours": "not ours: not in the state (policy.prune: all would delete them)",
  reserved: "they belong to the manager or to the agent itself, and are never pruned",
  protected: "named by policy.protect (remove the pattern to allow it)",
  "prune-none": "the policy is prune: none",
  "unverified-keep": "declared, but what was last written is not known and the policy is unverified: keep",
  "not-supplied": "imported, and their sources give no value yet: as they are until one does",
};

/** Why it is unknown whether an unread value changed. */
export const uncomparedReasons: Readonly<Record<UncomparedReason, string>> = {
  "not-listed": "a selector asks for a system or add-ons, and the manager was not asked for its agents",
  "no-version": "the source has no version, or this run cannot read it",
  "not-recorded": "no version was recorded at the last write; the next apply records it",
  "same-hint": "the file's time is the same as at the last write, which does not prove that it is unchanged",
  "other-hint": "the file has another time than at the last write, so it may have changed",
};

interface ActionStyle {
  /** Three columns wide when padded. */
  readonly sign: string;
  readonly word: string;
  readonly tone: Tone;
}

/** In the order of a plan's legend and summary. */
export const actionStyles: Readonly<Record<Action, ActionStyle>> = {
  create: { sign: "+", word: "create", tone: "create" },
  update: { sign: "~", word: "update", tone: "update" },
  replace: { sign: "-/+", word: "replace", tone: "replace" },
  delete: { sign: "-", word: "delete", tone: "delete" },
  forget: { sign: ".", word: "forget", tone: "quiet" },
  "no-op": { sign: "=", word: "adopt", tone: "quiet" },
};

export const actions = Object.keys(actionStyles) as readonly Action[];

function lossOf({ loses }: ShownChange): string {
  if (loses === undefined) return "";
  const { agents, secrets } = loses;
  return `; ${countOf(secrets, "secret")} of ours on ${countOf(agents, "agent")} below it ${secrets === 1 ? "is" : "are"} forgotten`;
}

function generationOf({ generation }: ShownChange): string {
  if (generation === undefined) return "";
  const { from, to } = generation;
  return from === undefined || from === to ? ` (generation ${to})` : ` (generation ${from} → ${to})`;
}
