import type { Ajv, ErrorObject, ValidateFunction } from "ajv";
import { createAjv } from "./world-schema";

/** What is wrong with a world as data; `parseWorld` puts positions to it. */
export function worldErrors(value: unknown): readonly ErrorObject[] {
  return errorsOf("world", value);
}

/** What is wrong with a fault, in words. */
export function checkFault(value: unknown): readonly string[] {
  return errorsOf("fault", value).map(inWords);
}

/** What is wrong with an edit, in words. */
export function checkEdit(value: unknown): readonly string[] {
  return errorsOf("edit", value).map(inWords);
}

/** Says which field and what of it, and no value: it may be a secret. */
export function inWords({ instancePath, message, params }: ErrorObject): string {
  const allowed = Array.isArray(params.allowedValues) ? `: ${params.allowedValues.join(", ")}` : "";
  const only = typeof params.allowedValue === "string" ? ` "${params.allowedValue}"` : "";
  const named = typeof params.additionalProperty === "string" ? ` "${params.additionalProperty}"` : "";
  return `${instancePath === "" ? "it" : instancePath} ${message ?? "is wrong"}${only}${named}${allowed}`;
}

let ajv: Ajv | undefined;

/** Compiled at first use: most simulations are made in code and check nothing. */
function errorsOf(name: "world" | "fault" | "edit", value: unknown): readonly ErrorObject[] {
  ajv ??= createAjv();
  const validate = ajv.getSchema(name) as ValidateFunction;
  validate(value);
  return validate.errors ?? [];
}
