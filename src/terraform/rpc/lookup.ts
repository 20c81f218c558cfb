import type { DataSource } from "../data/data-source";
import { dataSources } from "../data/data-sources";
import type { EphemeralType } from "../ephemeral/ephemeral-type";
import { ephemeralTypes } from "../ephemeral/ephemeral-types";
import { FaultError, fault } from "../fault";
import type { ResourceType } from "../resources/resource-type";
import { resourceTypes } from "../resources/resource-types";

export function resourceTypeOf(name: string): ResourceType {
  return resourceTypes.get(name) ?? unknownType("resource", name);
}

export function dataSourceOf(name: string): DataSource {
  return dataSources.get(name) ?? unknownType("data source", name);
}

export function ephemeralTypeOf(name: string): EphemeralType {
  return ephemeralTypes.get(name) ?? unknownType("ephemeral resource", name);
}

function unknownType(what: string, name: string): never {
  throw new FaultError([
    fault(undefined, `There is no ${what} ${name}`, "Compare it with the provider's documentation."),
  ]);
}
