import type { ErrorObject, ValidateFunction } from "ajv";
import { createAjv as createCheck } from "./desired-state-check";
import { createAjv } from "./desired-state-validator";
import { publishedSchema } from "./published-schema";

export interface DesiredStateSchema {
  /** All violations of one document; empty when it is valid. */
  check(document: unknown): readonly ErrorObject[];
  /** The keys of a manager, in the order of the schema. */
  readonly managerKeys: ReadonlySet<string>;
}

/**
 * Compiles the published schema once; later calls return the same object. The parts that only an invalid document
 * needs are made for the first one.
 */
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
