/** A deleted secret waits for what may replace it: a plan cannot tell a move to another agent from a deletion. */
import { managerOf } from "../../model/address";
import type { Change } from "../../model/change";
import type { Unplanned } from "../../model/plan";
import type { PlanDraft } from "./plan-draft";
import { type DeclaredAgents, keyOf, type Successor, successorsOf } from "./successors";

/**
 * Holds deletions of secrets beside which the same manager has the key declared for another agent that lacks it, and is
 * blocked or unknown.
 */
export function holdDeletions(draft: PlanDraft, declared: DeclaredAgents): void {
  const halves = draft.lists.changes.filter(isHalfOfARename);
  const byManager = grouped(halves, ({ address }) => managerOf(address));
  for (const [manager, deletions] of byManager) {
    holdSecrets(draft, deletions, manager, declared);
  }
}

function isHalfOfARename({ kind, action, reason }: Change): boolean {
  return kind === "secret" && action === "delete" && (reason === "undeclared" || reason === "foreign");
}

function holdSecrets(
  draft: PlanDraft,
  deletions: readonly Change[],
  manager: string,
  declared: DeclaredAgents,
): void {
  const successors = successorsOf(draft.lists, manager, new Set(deletions.map(keyOf)), declared);
  const held = deletions.filter((change) => successors.has(keyOf(change)));
  if (held.length === 0) return;
  draft.take(addressesOf(held));
  draft.block(...withheldSecrets(held, successors));
}

function grouped(changes: readonly Change[], by: (change: Change) => string): Map<string, Change[]> {
  const groups = new Map<string, Change[]>();
  for (const change of changes) {
    const group = groups.get(by(change));
    if (group) group.push(change);
    else groups.set(by(change), [change]);
  }
  return groups;
}

function addressesOf(changes: readonly Change[]): ReadonlySet<string> {
  return new Set(changes.map(({ address }) => address));
}

/** One entry for each agent. */
function withheldSecrets(
  deletions: readonly Change[],
  successors: ReadonlyMap<string, Successor>,
): Unplanned[] {
  const agentOf = ({ address }: Change) => address.slice(0, address.lastIndexOf("/secret/"));
  return [...grouped(deletions, agentOf)].flatMap(([agent, own]) => {
    const successor = own[0] && successors.get(keyOf(own[0]));
    if (successor === undefined) return [];
    const keys = own.map((change) => JSON.stringify(keyOf(change))).slice(0, 5);
    const more = own.length > keys.length ? ` and ${own.length - keys.length} more` : "";
    return [withheld(agent, `${keys.join(", ")}${more} ${own.length > 1 ? "are" : "is"}`, successor)];
  });
}

function withheld(address: string, what: string, { address: other, is }: Successor): Unplanned {
  const detail = `${what} no longer declared, and not deleted: ${other}, which may be meant instead, is ${is}`;
  const remedy = `correct ${other}, or see to what is said of it, or take it out of the desired state`;
  return { address, code: "deletion-withheld", detail, remedy };
}
