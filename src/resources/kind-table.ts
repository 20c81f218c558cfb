import type { Addressed } from "../model/address";
import type { DesiredManager } from "../model/desired-state";
import type { KindName } from "../model/kind-names";
import type { Operation } from "../model/operation";
import type { OperationKind, ResourceKind } from "./resource-kind";

/** The kinds of resources, with functions that find one. */
export function kindTable(resourceKinds: readonly ResourceKind[]) {
  const byName = new Map(resourceKinds.map((kind) => [kind.name, kind]));
  const byOperation = new Map<string, OperationKind>(
    resourceKinds.flatMap(({ operations }) => Object.entries(operations)),
  );
  return {
    resourceKinds,

    resourceKind(name: KindName): ResourceKind {
      const kind = byName.get(name);
      if (!kind) throw new Error(`no kind of resource is called ${name}`);
      return kind;
    },

    /** The operation kind of a plan's operation, of whatever kind of resource. */
    operationKind({ type }: Operation): OperationKind {
      const kind = byOperation.get(type);
      if (!kind) throw new Error(`no kind of resource has the operation ${type}`);
      return kind;
    },

    /** Whether a manager declares, or may declare, the resource of an address: see `ResourceKind`. */
    declares(manager: DesiredManager, addressed: Addressed): boolean {
      return resourceKinds.some((kind) => kind.declares(manager, addressed));
    },
  };
}
