import type { Answer } from "../protocol/wire";
import type { Identity } from "../resources/resource-type";
import { resourceTypes } from "../resources/resource-types";
import { typeToWire } from "../schema/to-wire";

/** Terraform calls this from 1.12 on. */
export async function getResourceIdentitySchemas(): Promise<Answer> {
  return {
    identitySchemas: Object.fromEntries(
      [...resourceTypes].flatMap(([name, { identity }]) => (identity ? [[name, schemaOf(identity)]] : [])),
    ),
  };
}

function schemaOf(identity: Identity): object {
  return {
    version: 0,
    identityAttributes: Object.entries(identity.attributes).map(([name, { type, given, description }]) => ({
      name,
      type: typeToWire(type),
      requiredForImport: given === "required",
      optionalForImport: given !== "required",
      description,
    })),
  };
}
