import type { ErrorObject, ValidateFunction } from "ajv";
import { readPackageFile } from "../platform/package-files";
import { createAjv } from "./desired-state-validator";

export interface DesiredStateSchema {
  /** All violations of one document; empty when it is valid. */
  check(document: unknown): readonly ErrorObject[];
  /** Everything that may stand under a manager, in the order of the schema. */
  readonly managerKeys: ReadonlySet<string>;
}

/** The published schema itself. */
export function desiredStateSchemaText(): string {
  return readPackageFile("schemas/desired-state.schema.json").toString("utf8");
}

/** Reads the published schema and compiles it; every further call returns the same. */
export function compileSchema(): DesiredStateSchema {
  compiled ??= compile();
  return compiled;
}

let compiled: DesiredStateSchema | undefined;

function compile(): DesiredStateSchema {
  const validate = createAjv().getSchema("desired-state") as ValidateFunction;
  const schema = JSON.parse(desiredStateSchemaText());
  return {
    check: (document) => (validate(document) ? [] : (validate.errors ?? [])),
    managerKeys: new Set(Object.keys(schema.definitions.manager.properties)),
  };
}
