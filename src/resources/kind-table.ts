import type { Addressed } from "../model/address";
import type { DesiredManager } from "../model/desired-state";
import type { KindName } from "../model/kind-names";
import type { Operation } from "../model/operation";
import type { OperationKind, ResourceKind } from "./resource-kind";

/** The kinds of resources, and how one is found. */
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

    /** What an operation of a plan is and does, whatever kind it belongs to. */
    operationKind({ type }: Operation): OperationKind {
      const kind = byOperation.get(type);
      if (!kind) throw new Error(`no kind of resource has the operation ${type}`);
      return kind;
    },

    /** Whether a manager declares the resource of an address, of whatever kind, or may: see `ResourceKind`. */
    declares(manager: DesiredManager, addressed: Addressed): boolean {
      return resourceKinds.some((kind) => kind.declares(manager, addressed));
    },
  };
}
