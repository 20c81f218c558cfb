import { Ajv } from "ajv";
import { ANNOTATIONS, publishedSchema } from "./published-schema";

/**
 * An Ajv with the published schema as "desired-state". A bundle has the compiled schema in its place
 * (`.ci/bundling.mjs`).
 */
export function createAjv(): Ajv {
  // `verbose` passes the violated part of the schema on; its annotations become messages. Outside of a bundle every
  // run compiles the schema and checks a few documents: fast compilation matters more than fast validation. Tests
  // check that the schema itself is valid.
  const quick = { code: { optimize: false, source: true }, validateSchema: false } as const;
  const reported = { allErrors: true, verbose: true, messages: false, logger: false } as const;
  return new Ajv({ ...reported, ...quick, strictTypes: false })
    .addVocabulary([...ANNOTATIONS])
    .addSchema(publishedSchema(), "desired-state");
}
