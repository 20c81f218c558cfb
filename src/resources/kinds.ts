import { agentSecretsKind } from "./agent-secrets/kind";
import { clientKind } from "./client/kind";
import { initialSecretKind } from "./initial-secret/kind";
import { kindTable } from "./kind-table";
import { lowerManagerKind } from "./lower-manager/kind";

/** Every kind of resource, in the order of `model/kind-names`. */
export const { resourceKinds, resourceKind, operationKind, declares } = kindTable([
  initialSecretKind,
  lowerManagerKind,
  agentSecretsKind,
  clientKind,
]);
