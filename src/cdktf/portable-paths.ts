import { isAbsolute, relative, resolve } from "node:path";
import { publishedSchema } from "../config/published-schema";

/**
 * A copy of a checked document in which relative paths start at the folder `to` instead of `from`. The schema says
 * which values are paths. The path of a program is one; the program's arguments are not.
 */
export function movePaths(document: unknown, from: string, to: string): unknown {
  const move = (path: string) =>
    isAbsolute(path) ? path : slashed(relative(to, resolve(from, path))) || ".";
  schema ??= publishedSchema() as Schema;
  return walk(document, schema, { schema, move });
}

let schema: Schema | undefined;

/** A path as it is written into a document or a Terraform configuration. */
export function slashed(path: string): string {
  return path.replaceAll("\\", "/");
}

interface Schema {
  readonly $ref?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: Schema | boolean;
  readonly items?: Schema;
  readonly allOf?: readonly Schema[];
  readonly then?: Schema;
  readonly else?: Schema;
  readonly definitions?: Readonly<Record<string, Schema>>;
}

interface Walk {
  readonly schema: Schema;
  readonly move: (path: string) => string;
}

const DEFINITION = "#/definitions/";

function walk(value: unknown, schema: Schema, context: Walk): unknown {
  const name = schema.$ref?.startsWith(DEFINITION) ? schema.$ref.slice(DEFINITION.length) : undefined;
  if (typeof value === "string" && (name === "pathText" || isShortForm(schema))) return context.move(value);
  if (name === "argv" && Array.isArray(value)) return moveProgram(value, context);
  let result = value;
  const referred = name === undefined ? undefined : context.schema.definitions?.[name];
  for (const part of [referred, ...(schema.allOf ?? []), schema.then, schema.else]) {
    if (part) result = walk(result, part, context);
    // Several parts of the schema may describe the same value: it is moved once.
    if (result !== value && typeof value === "string") return result;
  }
  if (Array.isArray(result)) return schema.items ? walkItems(result, schema.items, context) : result;
  return typeof result === "object" && result !== null ? walkEntries(result, schema, context) : result;
}

/** `file: PATH`, short for `file: { path: PATH }`. */
function isShortForm({ properties }: Schema): boolean {
  return properties?.path?.allOf?.some(({ $ref }) => $ref === `${DEFINITION}path`) === true;
}

function walkItems(items: readonly unknown[], schema: Schema, context: Walk): unknown[] {
  return items.map((item) => walk(item, schema, context));
}

function walkEntries(value: object, schema: Schema, context: Walk): unknown {
  const { properties = {}, additionalProperties } = schema;
  const isScript = "shell" in value && value.shell === true;
  return Object.fromEntries(
    Object.entries(value).map(([key, entry]) => {
      const known = Object.hasOwn(properties, key) ? properties[key] : additionalProperties;
      if (typeof known !== "object" || (isScript && key === "command")) return [key, entry];
      return [key, walk(entry, known, context)];
    }),
  );
}

function moveProgram([program, ...args]: readonly unknown[], { move }: Walk): unknown[] {
  if (typeof program !== "string" || !program.includes("/")) return [program, ...args];
  const moved = move(program);
  // A name without a slash would be searched for in PATH.
  return [moved.includes("/") ? moved : `./${moved}`, ...args];
}
