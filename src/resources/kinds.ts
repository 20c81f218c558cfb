import type { Addressed } from "../model/address";
import type { DesiredManager } from "../model/desired-state";
import type { KindName } from "../model/kinds";
import type { Operation } from "../model/operation";
import { agentSecretsKind } from "./agent-secrets/kind";
import { clientKind } from "./client/kind";
import { initialSecretKind } from "./initial-secret/kind";
import { lowerManagerKind } from "./lower-manager/kind";
import type { OperationKind, ResourceKind } from "./resource-kind";

/** Every kind of resource. */
export const resourceKinds: readonly ResourceKind[] = [
  initialSecretKind,
  lowerManagerKind,
  agentSecretsKind,
  clientKind,
];

export function resourceKind(name: KindName): ResourceKind {
  const kind = byName.get(name);
  if (!kind) throw new Error(`no kind of resource is called ${name}`);
  return kind;
}

const byName = new Map(resourceKinds.map((kind) => [kind.name, kind]));

/** Whether a manager declares the resource of an address, of whatever kind, or may: see `ResourceKind`. */
export function declares(manager: DesiredManager, addressed: Addressed): boolean {
  return resourceKinds.some((kind) => kind.declares(manager, addressed));
}

/** What an operation of a plan is and does, whatever kind it belongs to. */
export function operationKind({ type }: Operation): OperationKind {
  const kind = operationKinds.get(type);
  if (!kind) throw new Error(`no kind of resource has the operation ${type}`);
  return kind;
}

const operationKinds = new Map<string, OperationKind>(
  resourceKinds.flatMap(({ operations }) => Object.entries(operations)),
);
