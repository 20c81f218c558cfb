import { Ajv } from "ajv";
import { ANNOTATIONS, publishedSchema } from "./published-schema";

/**
 * An Ajv that says of most valid documents that they are valid; the validator knows about the others. It loads quickly, because it
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

/** Compiled code holds the parts of the schema that it looks things up in, and makes its regular expressions whether they are used or not. */
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

/** Without the control and format characters of Unicode, of which V8 makes long lists: a text with any character beyond ASCII is refused. */
function inAscii(pattern: string): string {
  return pattern.replaceAll(/\\p\{C\}(\\p\{DI\})?/g, "\\u0000-\\u001f\\u007f-\\u{10ffff}");
}
