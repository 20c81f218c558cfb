import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv } from "ajv";

const read = (name: string) => JSON.parse(readFileSync(join(__dirname, "../../schemas", name), "utf8"));
const ajv = new Ajv({ strict: false, allErrors: true }).addSchema(read("plan.schema.json"));
const isOutput = ajv.compile(read("output.schema.json"));

/** Where a document departs from the published schema of `--output json`; empty when it does not. */
export function outputFaults(document: unknown): string[] {
  isOutput(document);
  return (isOutput.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}
