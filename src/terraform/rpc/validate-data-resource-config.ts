import { faultToWire } from "../protocol/fault-to-wire";
import type { Answer, Configured, Typed } from "../protocol/wire";
import { nullFaults } from "../schema/null-faults";
import { dataSourceOf } from "./lookup";
import { readObject } from "./objects";

export async function validateDataResourceConfig({ typeName, config }: Typed & Configured): Promise<Answer> {
  const { attributes, validate } = dataSourceOf(typeName);
  const given = readObject(attributes, config) ?? {};
  const faults = [...nullFaults(attributes, given), ...(validate?.(given) ?? [])];
  return { diagnostics: faults.map(faultToWire) };
}
