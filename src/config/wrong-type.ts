import type { ErrorObject } from "ajv";
import { nestedSourceKeys } from "../model/reference-types";
import type { DiagnosticEntry } from "../yaml/diagnostic-list";
import type { YamlNode } from "../yaml/yaml-node";
import { takesVariable } from "./resolve-variables";

/** Keys that accept only a mapping, which names a source. */
const SOURCE_KEYS = new Set(["password", "token", ...nestedSourceKeys]);

/** The sentence for a value of the wrong type. */
export function wrongType(
  error: ErrorObject,
  where: string,
  path: readonly string[],
  node: YamlNode,
): Omit<DiagnosticEntry, "position"> {
  const types = [error.params.type].flat().map(String);
  const wanted = wantedTypes(types, path);
  const unquoted = types[0] === "string" && (typeof node.data === "number" || typeof node.data === "boolean");
  return {
    code: "wrong-type",
    summary: `${where} must be ${wanted}, found ${typeOf(node)}`,
    remedy: unquoted
      ? "put the value in quotes"
      : node.data === null
        ? "give it a value, or remove the key"
        : isSourcePlace(types, path)
          ? "write where the secret comes from, such as `{ env: NAME }`"
          : String(error.parentSchema?.patternErrorMessage ?? `write ${wanted}`),
  };
}

function isSourcePlace(types: readonly string[], path: readonly string[]): boolean {
  return types.length === 1 && types[0] === "object" && SOURCE_KEYS.has(path.at(-1) ?? "");
}

function wantedTypes(types: readonly string[], path: readonly string[]): string {
  if (types.includes("string") && takesVariable(path)) return "a text or `{ env: NAME }`";
  const expected = types.includes("object") && types.length > 2 ? ["object"] : types;
  return expected.map((type) => typeNames[type] ?? type).join(" or ");
}

const typeNames: Readonly<Record<string, string>> = {
  object: "a mapping",
  array: "a list",
  string: "a text",
  integer: "a whole number",
  number: "a number",
  boolean: "`true` or `false`",
};

function typeOf(node: YamlNode): string {
  if (node.kind !== "scalar") return node.kind === "map" ? "a mapping" : "a list";
  if (node.data === null) return "nothing";
  return typeof node.data === "string"
    ? "a text"
    : typeof node.data === "number"
      ? "a number"
      : "a truth value";
}
