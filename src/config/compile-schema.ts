import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv, type ErrorObject, type ValidateFunction } from "ajv";

/** Relative to this file in `src/config` and in `dist/config` alike. */
const SCHEMA_FILE = join(__dirname, "../../schemas/desired-state.schema.json");

export interface DesiredStateSchema {
  /** All violations of one document; empty when it is valid. */
  check(document: unknown): readonly ErrorObject[];
  /** Everything that may stand under a manager, in the order of the schema. */
  readonly managerKeys: ReadonlySet<string>;
}

/** The published schema itself. */
export function desiredStateSchemaText(): string {
  return readFileSync(SCHEMA_FILE, "utf8");
}

/** Reads the published schema and compiles it; every further call returns the same. */
export function compileSchema(): DesiredStateSchema {
  compiled ??= compile();
  return compiled;
}

let compiled: DesiredStateSchema | undefined;

function compile(): DesiredStateSchema {
  const schema = JSON.parse(desiredStateSchemaText());
  // `verbose` hands the violated part of the schema over; messages are made of its annotations.
  // Every command compiles it, and checks a few documents: quick to compile counts for more than quick to run. That
  // the schema is a valid one is the tests' affair.
  const quick = { code: { optimize: false }, validateSchema: false } as const;
  const reported = { allErrors: true, verbose: true, messages: false, logger: false } as const;
  const ajv = new Ajv({ ...reported, ...quick, strictTypes: false });
  ajv.addVocabulary([
    "patternErrorMessage",
    "patternRemedy",
    "variableRemedy",
    "oneOfErrorMessage",
    "diagnosticCode",
  ]);
  const validate: ValidateFunction = ajv.compile(schema);
  return {
    check: (document) => (validate(document) ? [] : (validate.errors ?? [])),
    managerKeys: new Set(Object.keys(schema.definitions.manager.properties)),
  };
}
