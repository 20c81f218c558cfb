import type { Ajv, ErrorObject, ValidateFunction } from "ajv";
import { createAjv } from "./world-schema";

/** The errors of a world as data; `parseWorld` adds positions. */
export function worldErrors(value: unknown): readonly ErrorObject[] {
  return errorsOf("world", value);
}

/** The errors of a fault, in words. */
export function checkFault(value: unknown): readonly string[] {
  return errorsOf("fault", value).map(inWords);
}

/** The errors of an edit, in words. */
export function checkEdit(value: unknown): readonly string[] {
  return errorsOf("edit", value).map(inWords);
}

/** Names the field and the error, and no value, which may be a secret. */
export function inWords({ instancePath, message, params }: ErrorObject): string {
  const allowed = Array.isArray(params.allowedValues) ? `: ${params.allowedValues.join(", ")}` : "";
  const only = typeof params.allowedValue === "string" ? ` "${params.allowedValue}"` : "";
  const named = typeof params.additionalProperty === "string" ? ` "${params.additionalProperty}"` : "";
  return `${instancePath === "" ? "it" : instancePath} ${message ?? "is wrong"}${only}${named}${allowed}`;
}

let ajv: Ajv | undefined;

/** Compiles at first use: most simulations are created in code and check nothing. */
function errorsOf(name: "world" | "fault" | "edit", value: unknown): readonly ErrorObject[] {
  ajv ??= createAjv();
  const validate = ajv.getSchema(name) as ValidateFunction;
  validate(value);
  return validate.errors ?? [];
}
