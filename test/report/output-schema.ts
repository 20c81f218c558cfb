import { createAjv } from "./output-validator";

const ajv = createAjv();

/** Where a document departs from the published schema of `--output json`; empty when it does not. */
export const outputFaults = (document: unknown) => faults("output", document);

/** The same of a line of an audit trail. */
export const auditFaults = (line: unknown) => faults("audit-line", line);

/** The same of a line of `--log-format json`. */
export const logFaults = (entry: unknown) => faults("log-entry", entry);

/** The same of a line of `watch --output json`. */
export const watchFaults = (event: unknown) => faults("watch-event", event);

function faults(name: string, document: unknown): string[] {
  const isValid = ajv.getSchema(name);
  if (isValid === undefined) throw new Error(`there is no schema ${name}`);
  isValid(document);
  return (isValid.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}
