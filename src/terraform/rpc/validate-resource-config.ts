import { faultToWire } from "../protocol/fault-to-wire";
import type { Answer, Configured, Typed } from "../protocol/wire";
import type { Provider } from "../provider/provider";
import { resourceTypeOf } from "./lookup";
import { readObject } from "./objects";

export async function validateResourceConfig(
  { typeName, config }: Typed & Configured,
  { platform }: Provider,
): Promise<Answer> {
  const type = resourceTypeOf(typeName);
  const faults = await type.validate(readObject(type.attributes, config) ?? {}, platform);
  return { diagnostics: faults.map(faultToWire) };
}
