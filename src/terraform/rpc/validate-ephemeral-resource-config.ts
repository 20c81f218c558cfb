import { faultToWire } from "../protocol/fault-to-wire";
import type { Answer, Configured, Typed } from "../protocol/wire";
import { ephemeralTypeOf } from "./lookup";
import { readObject } from "./objects";

export async function validateEphemeralResourceConfig({
  typeName,
  config,
}: Typed & Configured): Promise<Answer> {
  const type = ephemeralTypeOf(typeName);
  return { diagnostics: type.validate(readObject(type.attributes, config) ?? {}).map(faultToWire) };
}
