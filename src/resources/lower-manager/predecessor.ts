/**
 * The client that a lost integrated manager left behind on a lower manager. It can be removed only there, and only by
 * *IM client secret delete* (manual 3.7.2).
 */
import { clientAddress } from "../../model/address";
import type { Change } from "../../model/change";
import type { Operation } from "../../model/operation";
import { Stage } from "../stages";
import { emptyUnitPlan, type UnitPlan } from "../unit-plan";

/** `ids` are those that the lower manager `manager` lists: the manual has two spellings of the prefix. */
export function planPredecessor(manager: string, ids: readonly string[]): UnitPlan {
  const changes = ids.map(
    (id): Change => ({
      address: clientAddress(manager, id),
      kind: "client",
      action: "delete",
      reason: "predecessor",
    }),
  );
  const operation: Operation = {
    id: `${manager}/client#delete-predecessor`,
    stage: Stage.deleteClients,
    manager,
    type: "delete-clients",
    ids: [...ids].sort(),
  };
  return { ...emptyUnitPlan, changes, operations: [operation] };
}
