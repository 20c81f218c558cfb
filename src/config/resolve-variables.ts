import { variableKey } from "../model/reference-types";
import type { DiagnosticList } from "../yaml/diagnostic-list";
import { quote, suggestion } from "../yaml/quote";
import type { SourceText } from "../yaml/source-text";
import {
  EmptyData,
  textOf,
  type YamlEntry,
  type YamlMap,
  type YamlNode,
  type YamlScalar,
} from "../yaml/yaml-node";
import { shownPath } from "./shown-path";

/** The source of the values for settings that are written as `{ env: NAME }`. */
export interface Variables {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Names that may be read; if absent, all may. */
  readonly allowed?: ReadonlySet<string> | undefined;
}

/** A setting that takes a variable, or a mapping with such settings; `*` stands for every key. */
type Template = "variable" | { readonly [key: string]: Template };

/** Every place of a document that accepts `{ env: NAME }`. A test compares it with the schema. */
export const variablePlaces: Template = {
  managers: {
    "*": {
      url: "variable",
      host: "variable",
      auth: { user: "variable" },
      tls: { ca: "variable", cert: "variable", key: "variable" },
      proxy: "variable",
    },
  },
  state: {
    local: { path: "variable" },
    git: { remote: "variable", branch: "variable" },
    postgres: { url: "variable", name: "variable" },
    http: {
      ...{ address: "variable", lockAddress: "variable", unlockAddress: "variable", username: "variable" },
      tls: { ca: "variable", cert: "variable", key: "variable" },
      proxy: "variable",
    },
  },
  audit: { file: "variable", syslog: { address: "variable" } },
};

/** Whether `{ env: NAME }` may stand at a path. */
export function takesVariable(path: readonly string[]): boolean {
  const below = (template: Template | undefined, step: string) =>
    typeof template === "object" ? (template["*"] ?? template[step]) : undefined;
  return path.reduce<Template | undefined>(below, variablePlaces) === "variable";
}

export interface ResolvedVariables {
  /** The document with each reference replaced by its value, as if the value had been written there. */
  readonly root: YamlNode;
  /** Paths of settings without a value; `root` still has their references. */
  readonly unresolved: readonly (readonly string[])[];
  /** Names of the variables that were read. */
  readonly names: ReadonlySet<string>;
}

/**
 * Reads settings from the environment. A variable that is not set, or must not be read, is a diagnostic. Without
 * `variables` it reads and reports nothing: the values belong to another time or machine.
 */
export function resolveVariables(
  root: YamlNode,
  source: SourceText,
  variables: Variables | undefined,
  diagnostics: DiagnosticList,
): ResolvedVariables {
  const unresolved: string[][] = [];
  const names = new Set<string>();
  /** A reference that aliases share is read and reported once. */
  const known = new Map<YamlNode, YamlScalar | undefined>();

  const read = (node: YamlMap, name: string, path: readonly string[]): YamlScalar | undefined => {
    if (variables === undefined) return undefined;
    const problem = problemOf(name, variables);
    if (problem === undefined) {
      const text = variables.env[name] ?? "";
      names.add(name);
      return { kind: "scalar", data: text, text, start: node.start, end: node.end, variable: name };
    }
    const { code, why, remedy } = problem;
    const summary = `${shownPath(path)} takes its value from the environment variable ${quote(name)}, which ${why}`;
    diagnostics.add({ code, summary, remedy, position: source.position(node.start) });
    return undefined;
  };
  const resolve = (node: YamlNode, template: Template, path: readonly string[]): YamlNode => {
    if (node.kind !== "map") return node;
    if (template !== "variable") return withChildren(node, template, path, resolve);
    const name = variableIn(node);
    if (name === undefined) return node;
    if (!known.has(node)) known.set(node, read(node, name, path));
    const value = known.get(node);
    if (value === undefined) unresolved.push([...path]);
    return value ?? node;
  };
  return { root: resolve(root, variablePlaces, []), unresolved, names };
}

/** A copy if a child changed, else the same mapping. */
function withChildren(
  map: YamlMap,
  template: Exclude<Template, "variable">,
  path: readonly string[],
  resolve: (node: YamlNode, template: Template, path: readonly string[]) => YamlNode,
): YamlMap {
  let changed: { entries: Map<string, YamlEntry>; data: Record<string, unknown> } | undefined;
  for (const key of "*" in template ? map.entries.keys() : Object.keys(template)) {
    const entry = map.entries.get(key);
    const below = template["*"] ?? template[key];
    if (entry === undefined || below === undefined) continue;
    const value = resolve(entry.value, below, [...path, key]);
    if (value === entry.value) continue;
    changed ??= { entries: new Map(map.entries), data: Object.assign(new EmptyData(), map.data) };
    changed.entries.set(key, { ...entry, value });
    changed.data[key] = value.data;
  }
  return changed === undefined ? map : { ...map, ...changed };
}

/** The name in `{ env: NAME }`; the schema judges any other form. */
function variableIn({ entries }: YamlMap): string | undefined {
  const name = entries.size === 1 ? entries.get(variableKey)?.value : undefined;
  const isName = name?.kind === "scalar" && typeof name.data === "string" && /^[^=]+$/.test(name.data);
  return isName ? textOf(name) : undefined;
}

function problemOf(
  name: string,
  { env, allowed }: Variables,
):
  | { readonly code: "variable-unset" | "not-trusted"; readonly why: string; readonly remedy: string }
  | undefined {
  if (allowed !== undefined && !allowed.has(name)) {
    return {
      code: "not-trusted",
      why: "a run without secrets reads only where a reviewed desired state reads it",
      remedy: "add `--trust PATH` with a reviewed copy of the desired state that takes a setting from it",
    };
  }
  // Only the environment's own entries count, not what every object inherits.
  const set = Object.keys(env).filter((each) => env[each] !== undefined);
  if (set.includes(name)) return undefined;
  const meant = suggestion(name, set);
  const remedy = `${meant === undefined ? "" : `${meant} otherwise `}set ${quote(name)} for this run`;
  return { code: "variable-unset", why: "is not set", remedy };
}
