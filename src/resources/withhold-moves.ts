import { managerOf, parseAddress, secretAddress } from "../model/address";
import type { ChangeAgentSecrets, Operation } from "../model/operation";
import type { KindApplyContext } from "./apply-context";
import type { OperationWork } from "./resource-kind";
import { Stage } from "./stages";
import { withholdDeletions } from "./withhold-deletions";

/** Created secrets that are missing, by key, for each manager of an apply. */
const missingSecrets = new WeakMap<KindApplyContext, Map<string, ReadonlyMap<string, string>>>();

/**
 * The work on a deletion of secrets that were to be created on another agent, if one of them was not created: it is
 * withheld, with a warning. `undefined` for any other request. Called once the creations have ended.
 */
export function withheldMove(
  applying: KindApplyContext,
  operations: readonly (Operation & ChangeAgentSecrets)[],
): OperationWork | undefined {
  const [operation] = operations;
  if (operation?.stage !== Stage.deleteMovedSecrets) return undefined;
  const missing = missingOf(applying, operation.manager);
  const other = operation.delete.flatMap((key) => missing.get(key) ?? [])[0];
  if (other === undefined) return undefined;
  const addresses = operation.delete.map((key) => secretAddress(operation.manager, operation.agent, key));
  return {
    async carryOut() {
      withholdDeletions(applying, addresses, [other]);
    },
  };
}

function missingOf(applying: KindApplyContext, manager: string): ReadonlyMap<string, string> {
  const known = missingSecrets.get(applying) ?? new Map<string, ReadonlyMap<string, string>>();
  missingSecrets.set(applying, known);
  const missing = known.get(manager) ?? missingNow(applying, manager);
  known.set(manager, missing);
  return missing;
}

function missingNow(applying: KindApplyContext, manager: string): ReadonlyMap<string, string> {
  const missing = new Map<string, string>();
  for (const { kind, action, address } of applying.planned.plan.changes) {
    if (kind !== "secret" || action !== "create" || managerOf(address) !== manager) continue;
    const secret = applying.hasSucceeded(address) ? undefined : parseAddress(address);
    if (secret?.kind === "secret") missing.set(secret.key, address);
  }
  return missing;
}
