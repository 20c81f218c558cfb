import { faultToWire } from "../protocol/fault-to-wire";
import type { Answer, Configured, Typed } from "../protocol/wire";
import { resourceTypeOf } from "./lookup";
import { readObject } from "./objects";

export async function validateResourceConfig({ typeName, config }: Typed & Configured): Promise<Answer> {
  const type = resourceTypeOf(typeName);
  return { diagnostics: type.validate(readObject(type.attributes, config) ?? {}).map(faultToWire) };
}
