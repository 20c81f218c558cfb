import { clientAddress, lowerManagerAddress, secretAddress } from "../../model/address";
import type { Operation } from "../../model/operation";
import type { Plan } from "../../model/plan";
import { summarise } from "./plan-draft";

/** A part of a plan: the changes at some addresses, and what of its requests they need. */
export interface PlanPart {
  readonly addresses: ReadonlySet<string>;
  /** Operations that no change of the plan shows, by ID: what only another change needs. */
  readonly requests: ReadonlySet<string>;
}

export function changesWithin(plan: Plan, { addresses, requests }: PlanPart) {
  return {
    changes: plan.changes.filter(({ address }) => addresses.has(address)),
    operations: plan.operations.flatMap((operation) => within(operation, addresses, requests)),
  };
}

/** The plan with a part of its changes; all else that it tells stays. */
export function partOf(plan: Plan, part: PlanPart): Plan {
  const lists = { ...plan, ...changesWithin(plan, part) };
  const { unchanged, not_compared: notCompared, same_version: sameVersion } = plan.summary;
  return { ...lists, summary: summarise(lists, { unchanged, notCompared, sameVersion }) };
}

function within(
  operation: Operation,
  addresses: ReadonlySet<string>,
  requests: ReadonlySet<string>,
): Operation[] {
  const { manager } = operation;
  switch (operation.type) {
    case "issue-initial-secret":
      return requests.has(operation.id) ? [operation] : [];
    case "put-lower-manager":
      return addresses.has(lowerManagerAddress(manager, operation.host)) ? [operation] : [];
    case "issue-client":
      return addresses.has(clientAddress(manager, operation.client_id)) ? [operation] : [];
    case "delete-clients": {
      const ids = operation.ids.filter((id) => addresses.has(clientAddress(manager, id)));
      return ids.length > 0 ? [{ ...operation, ids }] : [];
    }
    case "delete-lower-managers": {
      const hosts = operation.hosts.filter((host) => addresses.has(lowerManagerAddress(manager, host)));
      return hosts.length > 0 ? [{ ...operation, hosts }] : [];
    }
    case "change-agent-secrets": {
      const isPlanned = (key: string) => addresses.has(secretAddress(manager, operation.agent, key));
      const [add, remove] = [operation.add.filter(isPlanned), operation.delete.filter(isPlanned)];
      return add.length + remove.length > 0 ? [{ ...operation, add, delete: remove }] : [];
    }
  }
}
