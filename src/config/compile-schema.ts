import type { ErrorObject, ValidateFunction } from "ajv";
import { createAjv as createCheck } from "./desired-state-check";
import { createAjv } from "./desired-state-validator";
import { publishedSchema } from "./published-schema";

export interface DesiredStateSchema {
  /** All violations of one document; empty when it is valid. */
  check(document: unknown): readonly ErrorObject[];
  /** Everything that may stand under a manager, in the order of the schema. */
  readonly managerKeys: ReadonlySet<string>;
}

/** Compiles the published schema; every further call returns the same. What only an invalid document needs is made for the first of them. */
export function compileSchema(): DesiredStateSchema {
  compiled ??= new CompiledSchema();
  return compiled;
}

let compiled: DesiredStateSchema | undefined;

class CompiledSchema implements DesiredStateSchema {
  readonly #isValid = createCheck().getSchema("desired-state") as ValidateFunction;
  #validate: ValidateFunction | undefined;
  #managerKeys: ReadonlySet<string> | undefined;

  check(document: unknown): readonly ErrorObject[] {
    if (this.#isValid(document)) return [];
    this.#validate ??= createAjv().getSchema("desired-state") as ValidateFunction;
    return this.#validate(document) ? [] : (this.#validate.errors ?? []);
  }

  get managerKeys(): ReadonlySet<string> {
    this.#managerKeys ??= new Set(Object.keys(publishedSchema().definitions.manager.properties));
    return this.#managerKeys;
  }
}
