import { dataSources } from "../data/data-sources";
import { ephemeralTypes } from "../ephemeral/ephemeral-types";
import type { Answer } from "../protocol/wire";
import { providerAttributes } from "../provider/provider-schema";
import { resourceTypes } from "../resources/resource-types";
import type { Attributes } from "../schema/attribute";
import { schemaToWire } from "../schema/to-wire";
import { functionsToWire } from "./get-functions";
import { capabilities } from "./get-metadata";

export async function getProviderSchema(): Promise<Answer> {
  return {
    provider: schemaToWire(providerAttributes, "One JP1/IM manager."),
    resourceSchemas: schemasOf(resourceTypes),
    dataSourceSchemas: schemasOf(dataSources),
    ephemeralResourceSchemas: schemasOf(ephemeralTypes),
    functions: functionsToWire(),
    serverCapabilities: capabilities,
  };
}

function schemasOf(
  types: ReadonlyMap<string, { readonly attributes: Attributes; readonly description: string }>,
): Record<string, object> {
  return Object.fromEntries(
    [...types].map(([name, { attributes, description }]) => [name, schemaToWire(attributes, description)]),
  );
}
