import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv } from "ajv";
import type { OutputDocument } from "../../src/report/output-document";
import type { Ended } from "./child";

const ajv = new Ajv({ strict: false, allErrors: true });
ajv.addSchema(schema("plan.schema.json"), "plan.schema.json");
const isDocument = ajv.compile<OutputDocument>(schema("output.schema.json"));

/** What `--output json` printed, held against its published schema and against how the process ended. */
export function documentOf({ code, stdout }: Ended): OutputDocument {
  const found: unknown = JSON.parse(stdout);
  if (!isDocument(found))
    throw new Error(`not of the schema: ${ajv.errorsText(isDocument.errors)}\n${stdout}`);
  expect(found.exit_code).toBe(code);
  expect(found.success).toBe(code === 0 || code === 2);
  return found;
}

function schema(name: string): object {
  return JSON.parse(readFileSync(join(__dirname, "../../schemas", name), "utf8"));
}
