import { Ajv } from "ajv";
import { readPackageFile } from "../platform/package-files";

/** An Ajv with the published schema as "plan". A bundle has the compiled schema in its place (`.ci/bundling.mjs`). */
export function createAjv(): Ajv {
  const schema = JSON.parse(readPackageFile("schemas/plan.schema.json").toString("utf8"));
  return new Ajv({ strict: false, code: { source: true } }).addSchema(schema, "plan");
}
