import { readPackageFile } from "../platform/package-files";

/** Our own keywords in the schema. They say how to report a violation and do not change what is valid. */
export const ANNOTATIONS = [
  "patternErrorMessage",
  "patternRemedy",
  "variableRemedy",
  "oneOfErrorMessage",
  "diagnosticCode",
];

/** Reads the published schema of the desired state. */
export function publishedSchema() {
  return JSON.parse(readPackageFile("schemas/desired-state.schema.json").toString("utf8"));
}
