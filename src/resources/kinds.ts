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

/** What an operation of a plan is and does, whatever kind it belongs to. */
export function operationKind<Type extends Operation["type"]>(type: Type): OperationKind<Type> {
  for (const { operations } of resourceKinds) {
    const operation = operations[type];
    if (operation) return operation;
  }
  throw new Error(`no kind of resource has the operation ${type}`);
}
