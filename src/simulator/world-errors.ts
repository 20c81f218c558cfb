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

/** Says which field and what of it, and no value: it may be a secret. */
export function inWords(error: ErrorObject): string {
  const { instancePath, message = "is wrong", keyword, params, propertyName } = error;
  const inside = instancePath === "" ? "it" : placeOf(instancePath);
  // A key is judged apart from its value.
  const where = propertyName === undefined ? inside : `the key "${propertyName}"`;
  switch (keyword) {
    case "required":
      return `${where} lacks "${params.missingProperty}"`;
    case "type":
      return `${where} must be ${article(String(params.type))}`;
    case "enum":
      return `${where} must be one of ${params.allowedValues.join(", ")}`;
    case "const":
      return `${where} must be "${params.allowedValue}"`;
    case "additionalProperties":
      return `${where} has an unknown key "${params.additionalProperty}"`;
    case "pattern":
      return `${where} must be ${describedIn(error) ?? `of the form ${params.pattern}`}`;
    default:
      return `${where} ${message}`;
  }
}

/** `managers.tokyo.agents[0].host` of `/managers/tokyo/agents/0/host`. */
function placeOf(pointer: string): string {
  const segments = pointer.split("/").slice(1).map(unescapePointer);
  return segments
    .map((each) => (/^\d+$/.test(each) ? `[${each}]` : `.${each}`))
    .join("")
    .slice(1);
}

export function unescapePointer(segment: string): string {
  return segment.replaceAll("~1", "/").replaceAll("~0", "~");
}

function article(type: string): string {
  return /^[aeio]/.test(type) ? `an ${type}` : `a ${type}`;
}

function describedIn({ parentSchema }: ErrorObject): string | undefined {
  return (parentSchema as { readonly description?: string } | undefined)?.description;
}

let ajv: Ajv | undefined;

/** Compiles at first use: most simulations are created in code and check nothing. */
function errorsOf(name: "world" | "fault" | "edit", value: unknown): readonly ErrorObject[] {
  ajv ??= createAjv();
  const validate = ajv.getSchema(name) as ValidateFunction;
  validate(value);
  return validate.errors ?? [];
}
