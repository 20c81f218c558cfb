import type { ErrorObject } from "ajv";
import { allKinds } from "../model/kind-names";
import { child, type YamlMap, type YamlNode } from "../yaml/yaml-node";
import type { DesiredStateSchema } from "./compile-schema";
import { pointer } from "./schema-diagnostics";

/** In place of a setting: the whole manager is broken. */
export const WHOLE = "*";

const LISTS = new Set(allKinds.filter(({ isList }) => isList).map(({ key }) => key));

export interface ValidParts {
  readonly root: YamlNode;
  /** The settings that were removed, by manager: they are invalid, not missing. */
  readonly damaged: ReadonlyMap<string, ReadonlySet<string>>;
}

/**
 * Removes from a document what violates the schema, so that the rest can be checked against other files in the same
 * run. The unit is a list item (one client, one agent), one secret of an agent, or a whole setting of a manager. It
 * also removes the paths `withoutValue`, whose values are unknown.
 */
export function removeInvalidParts(
  root: YamlNode,
  errors: readonly ErrorObject[],
  schema: Pick<DesiredStateSchema, "managerKeys">,
  withoutValue: readonly (readonly string[])[] = [],
): ValidParts {
  const damaged = new Map<string, Set<string>>();
  /** Keys to remove, by the node that holds them. */
  const broken = new Map<YamlNode, Set<string>>();
  /** False if the path leads to nothing that could be removed. */
  const takeOut = (path: readonly string[]): boolean => {
    if (path[0] === "managers" && path[1] !== undefined) {
      damaged.set(path[1], (damaged.get(path[1]) ?? new Set()).add(path[2] ?? WHOLE));
    }
    const last = path.at(-1);
    const parent = path.slice(0, -1).reduce<YamlNode | undefined>(child, root);
    if (parent === undefined || last === undefined) return false;
    broken.set(parent, (broken.get(parent) ?? new Set()).add(last));
    return true;
  };
  // Only these paths: the values beside them are valid.
  for (const path of withoutValue) takeOut(path);
  for (const error of errors) {
    const path = pointer(error.instancePath);
    // Another error names the exact part inside of these.
    if (error.keyword === "propertyNames" || error.keyword === "if") continue;
    // An unknown or missing key beside valid managers or settings invalidates none of them.
    if (path.length <= 2 && ["additionalProperties", "required"].includes(error.keyword)) {
      if (isMisplaced(path, schema.managerKeys)) damaged.set(path[1] ?? "", new Set([WHOLE]));
      continue;
    }
    if (error.propertyName !== undefined) path.push(error.propertyName);
    if (!takeOut(path.slice(0, unitLength(path)))) return { root: nothing(root), damaged };
  }
  return { root: broken.size === 0 ? root : copyWithout(root, broken), damaged };
}

/** Whether a key of a manager is where a manager's name belongs: it declares no manager. */
function isMisplaced([top, name = ""]: readonly string[], managerKeys: ReadonlySet<string>): boolean {
  return top === "managers" && managerKeys.has(name);
}

/** A setting is three steps deep, a list item four, one secret of an agent six. */
function unitLength(path: readonly string[]): number {
  if (path[4] === "secrets" && path.length > 5) return 6;
  return LISTS.has(path[2] ?? "") ? 4 : 3;
}

/** Copies the nodes that lead to an invalid part; all others stay the same objects. */
function copyWithout(
  node: YamlNode,
  broken: ReadonlyMap<YamlNode, ReadonlySet<string>>,
  depth = 0,
): YamlNode {
  const out = broken.get(node);
  if (node.kind === "scalar" || depth > 5) return node;
  if (node.kind === "list") {
    const items = node.items.filter((_, index) => !out?.has(String(index)));
    return { ...node, items: items.map((item) => copyWithout(item, broken, depth + 1)) };
  }
  const entries = Array.from(node.entries)
    .filter(([key]) => !out?.has(key))
    .map(([key, entry]) => [key, { ...entry, value: copyWithout(entry.value, broken, depth + 1) }] as const);
  return { ...node, entries: new Map(entries) };
}

function nothing(root: YamlNode): YamlMap {
  return { kind: "map", entries: new Map(), data: {}, start: root.start, end: root.end };
}
