import type { Type } from "../values/type";
import type { Attributes } from "./attribute";

const MARKDOWN = 1;

export function schemaToWire(attributes: Attributes, description: string): object {
  return {
    version: 0,
    block: {
      version: 0,
      attributes: attributesToWire(attributes),
      description,
      descriptionKind: MARKDOWN,
    },
  };
}

export function typeToWire(type: Type): Uint8Array {
  return Buffer.from(JSON.stringify(type), "utf8");
}

function attributesToWire(attributes: Attributes): object[] {
  return Object.entries(attributes).map(([name, attribute]) => ({
    name,
    type: typeToWire(attribute.type),
    description: attribute.description,
    descriptionKind: MARKDOWN,
    required: attribute.given === "required",
    optional: attribute.given === "optional" || attribute.given === "either",
    computed: attribute.given === "computed" || attribute.given === "either",
    sensitive: attribute.sensitive ?? false,
    writeOnly: attribute.writeOnly ?? false,
  }));
}
