import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv } from "ajv";

const read = (name: string) => JSON.parse(readFileSync(join(__dirname, "../../schemas", name), "utf8"));
const ajv = new Ajv({ strict: false, allErrors: true }).addSchema(read("plan.schema.json"));
const outputSchema = read("output.schema.json");
const isOutput = ajv.compile(outputSchema);

/** Where a document departs from the published schema of `--output json`; empty when it does not. */
export function outputFaults(document: unknown): string[] {
  isOutput(document);
  return (isOutput.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}

const isAuditLine = new Ajv({ strict: false, allErrors: true }).compile(read("audit.schema.json"));

/** The same of a line of an audit trail. */
export function auditFaults(line: unknown): string[] {
  isAuditLine(line);
  return (isAuditLine.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}

/** The same of a line of `--log-format json`. */
export function logFaults(entry: unknown): string[] {
  const isEntry = ajv.getSchema(`${outputSchema.$id}#/definitions/logEntry`);
  isEntry?.(entry);
  return (isEntry?.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}

/** The same of a line of `watch --output json`. */
export function watchFaults(event: unknown): string[] {
  const isEvent = ajv.getSchema(`${outputSchema.$id}#/definitions/watchEvent`);
  isEvent?.(event);
  return (isEvent?.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}
