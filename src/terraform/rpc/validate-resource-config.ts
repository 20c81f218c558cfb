import { faultToWire } from "../protocol/fault-to-wire";
import type { Answer, Configured, Typed } from "../protocol/wire";
import type { Provider } from "../provider/provider";
import { nullFaults, withOpenNulls } from "../schema/null-faults";
import { resourceTypeOf } from "./lookup";
import { readConfig } from "./objects";

export async function validateResourceConfig(
  { typeName, config }: Typed & Configured,
  { platform }: Provider,
): Promise<Answer> {
  const type = resourceTypeOf(typeName);
  const given = readConfig(type.attributes, config);
  const faults = [
    ...nullFaults(type.attributes, withOpenNulls(type.attributes, given)),
    ...(await type.validate(given, platform)),
  ];
  return { diagnostics: faults.map(faultToWire) };
}
