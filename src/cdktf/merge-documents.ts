import { createHash } from "node:crypto";
import { compileSchema } from "../config/compile-schema";
import { allKinds } from "../model/kind-names";
import { isMapping, type Mapping, mappingOf } from "./mapping";
import { replaceOverridden } from "./replace-overridden";

export interface MergedDocument {
  readonly apiVersion: "jp1im/v1";
  /** Sorted by name. */
  readonly managers: Readonly<Record<string, Mapping>>;
  readonly state?: unknown;
}

/**
 * Merges checked documents into one, with managers sorted by name, clients by ID and lower managers by host: the same
 * desired state gives the same text, however it is divided.
 */
export function mergeDocuments(documents: readonly unknown[]): MergedDocument {
  const managers = new Map<string, Mapping>();
  let state: unknown;
  for (const document of documents.map(mappingOf)) {
    for (const [name, manager] of Object.entries(mappingOf(document.managers))) {
      const { known, more } = replaceOverridden(managers.get(name) ?? {}, mappingOf(manager));
      managers.set(name, mergeManager(known, more));
    }
    state ??= document.state;
  }
  const sorted = [...managers].sort(([a], [b]) => compare(a, b));
  return {
    apiVersion: "jp1im/v1",
    managers: Object.fromEntries(sorted.map(([name, manager]) => [name, ordered(manager)])),
    state,
  };
}

/** SHA-256 of a value, in hex: equal for equal values, whatever the order of their keys. */
export function digestOf(value: unknown): string {
  return createHash("sha256")
    .update(JSON.stringify(value, (_, each) => (isMapping(each) ? sortedKeys(each) : each)))
    .digest("hex");
}

function mergeManager(known: Mapping, more: Mapping): Mapping {
  const merged: Record<string, unknown> = { ...known };
  for (const [key, value] of Object.entries(more)) {
    const before = merged[key];
    if (Array.isArray(before) && Array.isArray(value)) merged[key] = [...before, ...value];
    else if (isMapping(before) && isMapping(value)) merged[key] = mergeManager(before, value);
    else merged[key] = value;
  }
  return merged;
}

/** With keys in the order of the schema and sorted lists. */
function ordered(manager: Mapping): Mapping {
  const keys = [...compileSchema().managerKeys].filter((key) => key in manager);
  return Object.fromEntries(keys.map((key) => [key, sorted(key, manager[key])]));
}

function sorted(key: string, value: unknown): unknown {
  const name = allKinds.find((kind) => kind.key === key)?.sortedBy;
  if (name === undefined || !Array.isArray(value)) return value;
  const nameOf = (item: unknown) => String(mappingOf(item)[name]);
  return [...value].sort((a, b) => compare(nameOf(a), nameOf(b)));
}

function sortedKeys(mapping: Mapping): Mapping {
  return Object.fromEntries(Object.entries(mapping).sort(([a], [b]) => compare(a, b)));
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
