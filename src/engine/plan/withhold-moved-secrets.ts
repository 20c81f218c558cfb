import { managerOf, parseAddress } from "../../model/address";
import type { SharedChange } from "../../model/agent-spans";
import type { Change, DeferredChange } from "../../model/change";
import { isSameHost } from "../../model/host";
import type { Unplanned } from "../../model/plan";
import { withheldDeletion } from "../../resources/withheld-deletion";
import type { PlanDraft } from "./plan-draft";
import { type DeclaredAgents, keyOf, type SecretSuccessor, successorsOf } from "./successors";

/**
 * A deleted key may have moved to another agent. If the manager declares it for one that lacks it, the deletion waits:
 * it is withheld if that agent is blocked or unknown, and deferred if the write there is deferred.
 */
export function withholdMovedSecrets(draft: PlanDraft, declared: DeclaredAgents): void {
  const halves = draft.changesThat(isHalfOfARename);
  const byManager = grouped(halves, ({ address }) => managerOf(address));
  for (const [manager, deletions] of byManager) {
    holdSecrets(draft, deletions, manager, declared);
  }
}

function isHalfOfARename({ kind, action, reason }: SharedChange): boolean {
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
  draft.remove(new Set(held.map(({ address }) => address)));
  draft.defer(...deferredDeletions(draft.lists.changes, held, successors));
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

/**
 * Deletions whose successor is deferred. None on agents below a lower manager that this plan deletes: the state forgets
 * those.
 */
function deferredDeletions(
  changes: readonly Change[],
  deletions: readonly Change[],
  successors: ReadonlyMap<string, SecretSuccessor>,
): DeferredChange[] {
  const deleted = changes.flatMap(({ kind, action, address }) => {
    const lower = kind === "lower-manager" && action === "delete" ? parseAddress(address) : undefined;
    return lower?.kind === "lower-manager" ? [lower.host] : [];
  });
  return deletions.flatMap((change): DeferredChange[] => {
    const [successor, secret] = [successors.get(keyOf(change)), parseAddress(change.address)];
    if (successor?.is !== "deferred" || secret?.kind !== "secret") return [];
    if (deleted.some((host) => isSameHost(host, secret.agent.managerHost))) return [];
    const { address } = change;
    return [{ address, kind: "secret", action: "delete", reason: "undeclared", after: successor.after }];
  });
}

/** One entry for each agent. */
function withheldSecrets(
  deletions: readonly Change[],
  successors: ReadonlyMap<string, SecretSuccessor>,
): Unplanned[] {
  const agentOf = ({ address }: Change) => address.slice(0, address.lastIndexOf("/secret/"));
  const withheld = deletions.filter((change) => successors.get(keyOf(change))?.is !== "deferred");
  return [...grouped(withheld, agentOf)].flatMap(([agent, own]) => {
    const successor = own[0] && successors.get(keyOf(own[0]));
    if (successor === undefined || successor.is === "deferred") return [];
    const keys = own.map((change) => JSON.stringify(keyOf(change))).slice(0, 5);
    const more = own.length > keys.length ? ` and ${own.length - keys.length} more` : "";
    const what = `${keys.join(", ")}${more} ${own.length > 1 ? "are" : "is"}`;
    return [withheldDeletion(agent, what, successor)];
  });
}
