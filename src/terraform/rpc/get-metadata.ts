import { dataSources } from "../data/data-sources";
import { ephemeralTypes } from "../ephemeral/ephemeral-types";
import { functions } from "../functions/functions";
import type { Answer } from "../protocol/wire";
import { resourceTypes } from "../resources/resource-types";

/** The provider also plans destroys, and Terraform may use a cached schema. */
export const capabilities = { planDestroy: true, getProviderSchemaOptional: true };

export async function getMetadata(): Promise<Answer> {
  const named = (names: Iterable<string>) => Array.from(names, (name) => ({ name }));
  return {
    serverCapabilities: capabilities,
    resources: named(resourceTypes.keys()),
    dataSources: named(dataSources.keys()),
    functions: named(functions.keys()),
    ephemeralResources: named(ephemeralTypes.keys()),
  };
}
