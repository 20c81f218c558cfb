import type { Answer, Configured, Typed } from "../protocol/wire";
import { dataSourceOf } from "./lookup";
import { readObject } from "./objects";

/** The schema says all that can be wrong in it. */
export async function validateDataResourceConfig({ typeName, config }: Typed & Configured): Promise<Answer> {
  readObject(dataSourceOf(typeName).attributes, config);
  return {};
}
