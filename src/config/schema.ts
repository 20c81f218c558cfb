import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { ErrorObject, ValidateFunction } from "ajv";

/** Relative to this file in `src/config` and in `dist/config` alike. */
const SCHEMA_FILE = join(__dirname, "../../schemas/desired-state.schema.json");

export interface DesiredStateSchema {
  /** All violations of one document; empty when it is valid. */
  check(document: unknown): readonly ErrorObject[];
  /** Names of the sources of secret values that the schema knows. */
  readonly sourceTypes: readonly string[];
}

/** Reads and compiles the published schema, with the library for it, once and not before it is needed. */
export function desiredStateSchema(): Promise<DesiredStateSchema> {
  loaded ??= load();
  return loaded;
}

let loaded: Promise<DesiredStateSchema> | undefined;

async function load(): Promise<DesiredStateSchema> {
  const { Ajv } = await import("ajv");
  const schema = JSON.parse(readFileSync(SCHEMA_FILE, "utf8"));
  // `verbose` hands the violated part of the schema over; messages are made of its annotations.
  const ajv = new Ajv({ allErrors: true, verbose: true, strictTypes: false, messages: false, logger: false });
  ajv.addVocabulary(["patternErrorMessage", "oneOfErrorMessage", "diagnosticCode"]);
  const validate: ValidateFunction = ajv.compile(schema);
  return {
    check: (document) => (validate(document) ? [] : (validate.errors ?? [])),
    sourceTypes: Object.keys(schema.definitions.source.properties),
  };
}
