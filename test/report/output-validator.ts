import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv } from "ajv";

const read = (name: string) => JSON.parse(readFileSync(join(__dirname, "../../schemas", name), "utf8"));

/** An Ajv with the published schemas of what is written for programs. The tests load the compiled schemas in its place. */
export function createAjv(): Ajv {
  const output = read("output.schema.json");
  const part = (name: string) => ({ $ref: `${output.$id}#/definitions/${name}` });
  return new Ajv({ strict: false, allErrors: true, code: { source: true } })
    .addSchema(read("plan.schema.json"))
    .addSchema(output, "output")
    .addSchema(read("audit.schema.json"), "audit-line")
    .addSchema(part("logEntry"), "log-entry")
    .addSchema(part("watchEvent"), "watch-event");
}
