/** A deletion waits for what may replace it: a plan cannot tell a rename from a deletion beside a creation. */
import { managerOf, parseAddress, secretAddress } from "../../model/address";
import type { Change, DeferredChange } from "../../model/change";
import { Limits } from "../../model/limits";
import type { Operation } from "../../model/operation";
import type { Unplanned } from "../../model/plan";
import { Stage } from "../../resources/stages";
import type { PlanDraft } from "./plan-draft";
import { type DeclaredAgents, keyOf, type Successor, successorsOf } from "./successors";

/**
 * Holds deletions beside which the same manager has something declared that may be meant instead: what is blocked or
 * unknown withholds them, what is deferred defers them, and they are sent after what is created.
 */
export function holdDeletions(draft: PlanDraft, declared: DeclaredAgents): void {
  const halves = draft.lists.changes.filter(isHalfOfARename);
  const byManager = grouped(halves, ({ address }) => managerOf(address));
  for (const [manager, deletions] of byManager) {
    holdClients(draft, ofKind(deletions, "client"), manager);
    holdSecrets(draft, ofKind(deletions, "secret"), manager, declared);
  }
}

/** An earlier generation of a client is none: its successor is in sync. */
function isHalfOfARename({ action, reason }: Change): boolean {
  return action === "delete" && (reason === "undeclared" || reason === "foreign");
}

function ofKind(changes: readonly Change[], kind: Change["kind"]): Change[] {
  return changes.filter((change) => change.kind === kind);
}

function holdClients(draft: PlanDraft, deletions: readonly Change[], manager: string): void {
  const taken = draft.lists.blocked.find(
    ({ address, code }) =>
      code === "not-ours" && managerOf(address) === manager && parseAddress(address)?.kind === "client",
  );
  if (taken === undefined || deletions.length === 0) return;
  draft.take(addressesOf(deletions));
  draft.block(
    ...deletions.map(({ address }) => withheld(address, "it is", { address: taken.address, is: "blocked" })),
  );
}

function holdSecrets(
  draft: PlanDraft,
  deletions: readonly Change[],
  manager: string,
  declared: DeclaredAgents,
): void {
  if (deletions.length === 0) return;
  const successors = successorsOf(draft.lists, manager, new Set(deletions.map(keyOf)), declared);
  const held = (...kinds: readonly Successor["is"][]) =>
    deletions.filter((change) => kinds.some((is) => is === successors.get(keyOf(change))?.is));
  const [stopped, deferred] = [held("blocked", "unknown"), held("deferred")];
  if (stopped.length + deferred.length > 0) draft.take(addressesOf([...stopped, ...deferred]));
  draft.block(...withheldSecrets(stopped, successors));
  draft.defer(...deferredDeletions(draft.lists.changes, deferred, successors));
  const moved = addressesOf(held("created"));
  if (moved.size > 0) draft.replaceOperations((operation) => deletedLater(operation, moved));
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

/** None below a lower manager that is deleted as well: its deletion forgets them. */
function deferredDeletions(
  changes: readonly Change[],
  deletions: readonly Change[],
  successors: ReadonlyMap<string, Successor>,
): DeferredChange[] {
  const lost = new Set(
    changes.flatMap(({ kind, action, address }) => {
      const lower = kind === "lower-manager" && action === "delete" ? parseAddress(address) : undefined;
      return lower?.kind === "lower-manager" ? [lower.host] : [];
    }),
  );
  return deletions.flatMap((change) => {
    const after = successors.get(keyOf(change))?.after;
    const secret = parseAddress(change.address);
    if (after === undefined || secret?.kind !== "secret" || lost.has(secret.agent.managerHost)) return [];
    const { address } = change;
    return [{ address, kind: "secret", action: "delete", reason: "undeclared", after } as const];
  });
}

/**
 * Some deletions of a request as a request of its own, at the later stage. They stay where they are if they make room
 * for what is added.
 */
function deletedLater(operation: Operation, moved: ReadonlySet<string>): Operation[] {
  if (operation.type !== "change-agent-secrets") return [operation];
  const { manager, agent, add, precondition, id } = operation;
  const isMoved = (key: string) => moved.has(secretAddress(manager, agent, key));
  const later = operation.delete.filter(isMoved);
  const now = operation.delete.filter((key) => !isMoved(key));
  const created = add.length - precondition.overwrites.length;
  const isFull = precondition.registered + created > Limits.secretsPerAgent;
  if (later.length === 0 || isFull || id.endsWith("#change-1-delete")) return [operation];
  const stage = Stage.deleteMovedSecrets;
  if (add.length + now.length === 0) return [{ ...operation, stage }];
  const registered = precondition.registered + created - now.length;
  const deletion = {
    ...operation,
    id: `${id.slice(0, id.lastIndexOf("#"))}#delete-moved`,
    stage,
    add: [],
    delete: later,
  };
  return [
    { ...operation, delete: now },
    { ...deletion, precondition: { ...precondition, overwrites: [], registered } },
  ];
}
