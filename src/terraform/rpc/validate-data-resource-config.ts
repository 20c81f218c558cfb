import { faultToWire } from "../protocol/fault-to-wire";
import type { Answer, Configured, Typed } from "../protocol/wire";
import { nullFaults } from "../schema/null-faults";
import { dataSourceOf } from "./lookup";
import { readObject } from "./objects";

/** The schema says all else that can be wrong in it. */
export async function validateDataResourceConfig({ typeName, config }: Typed & Configured): Promise<Answer> {
  const { attributes } = dataSourceOf(typeName);
  return { diagnostics: nullFaults(attributes, readObject(attributes, config) ?? {}).map(faultToWire) };
}
