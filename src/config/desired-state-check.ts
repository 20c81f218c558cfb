import { Ajv } from "ajv";
import { ANNOTATIONS, publishedSchema } from "./published-schema";

/**
 * An Ajv that accepts most valid documents; the full validator decides about the others. It loads quickly, because it
 * reports nothing. A bundle has the compiled schema in its place (`.ci/bundling.mjs`).
 */
export function createAjv(): Ajv {
  const quick = { code: { optimize: false, source: true }, validateSchema: false } as const;
  return new Ajv({ messages: false, logger: false, ...quick, strictTypes: false }).addSchema(
    quicker(publishedSchema()) as object,
    "desired-state",
  );
}

const NOTES = new Set([...ANNOTATIONS, "description", "title", "examples", "default"]);
/** Their keys are names, not keywords. */
const MAPS = new Set(["properties", "patternProperties", "definitions", "dependencies"]);

/**
 * Compiled code contains the parts of the schema that it refers to, and creates all regular expressions, whether used
 * or not.
 */
function quicker(schema: unknown, isMap = false): unknown {
  if (Array.isArray(schema)) return schema.map((item) => quicker(item));
  if (typeof schema !== "object" || schema === null) return schema;
  return Object.fromEntries(
    Object.entries(schema)
      .filter(([key]) => isMap || !NOTES.has(key))
      .map(([key, value]) => {
        if (key === "pattern" && typeof value === "string") return [key, inAscii(value)];
        return [key, quicker(value, !isMap && MAPS.has(key))];
      }),
  );
}

/**
 * Replaces Unicode's control and format characters, which V8 expands to long lists: the pattern refuses any text with
 * a character beyond ASCII.
 */
function inAscii(pattern: string): string {
  return pattern.replaceAll(/\\p\{C\}(\\p\{DI\})?/g, "\\u0000-\\u001f\\u007f-\\u{10ffff}");
}
