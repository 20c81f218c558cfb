import { type AttributePath, type Fault, fault, formatPath } from "../fault";
import { attributesOf, Dynamic, Unknown, unknown, type Value } from "../values/type";
import type { Attributes } from "./attribute";

/**
 * Faults for nulls where a value is required. Terraform itself refuses only a literal `null`, and passes on a null
 * from a variable or a key of a map.
 */
export function nullFaults(
  attributes: Attributes,
  config: ReturnType<typeof attributesOf>,
  above: AttributePath = [],
): Fault[] {
  return Object.entries(attributes).flatMap(([name, { given, nested }]) => {
    const path = [...above, name];
    const value = config[name] ?? null;
    if (value === null) return given === "required" ? [missing(path)] : [];
    if (nested && !(value instanceof Unknown)) return nullFaults(nested, attributesOf(value), path);
    return nested ? [] : elementFaults(value, path);
  });
}

/**
 * A configuration in a plan: a null key of a write-only map counts as unknown. An ephemeral value may be null in the
 * plan and known in the apply, for example with `enabled = terraform.applying`. The apply refuses it if it is still
 * null.
 */
export function withOpenNulls<C extends { readonly [name: string]: Value }>(
  attributes: Attributes,
  config: C,
): C {
  const opened = Object.entries(config).map(([name, value]) => {
    const isOpen = attributes[name]?.writeOnly === true && value !== null && !(value instanceof Unknown);
    if (!isOpen || Array.isArray(value) || typeof value !== "object") return [name, value];
    const entries = Object.entries(attributesOf(value)).map(([key, each]) => [key, each ?? unknown]);
    return [name, Object.fromEntries(entries)];
  });
  return Object.fromEntries(opened);
}

/** In a value of a dynamic type, a null attribute counts as absent. */
export function elementFaults(value: Value, path: AttributePath): Fault[] {
  if (value instanceof Dynamic) return freeFaults(value.value, path);
  if (Array.isArray(value)) return listFaults(value, path);
  return Object.entries(attributesOf(value)).flatMap(([key, each]) =>
    each === null
      ? [noValue([...path, { key }], "remove the key: the provider deletes what is no longer declared.")]
      : [],
  );
}

function freeFaults(value: Value, path: AttributePath): Fault[] {
  if (Array.isArray(value)) return listFaults(value, path);
  const entries = Object.entries(attributesOf(value));
  // An object with only nulls is empty.
  const isEmpty = entries.length > 0 && entries.every(([, each]) => each === null);
  return entries.flatMap(([name, each]) =>
    isEmpty ? [noValue([...path, name], "leave out the whole object.")] : freeFaults(each, [...path, name]),
  );
}

function listFaults(values: readonly Value[], path: AttributePath): Fault[] {
  return values.flatMap((each, index) => {
    const place = [...path, index];
    return each === null ? [noValue(place, "remove it from the list.")] : freeFaults(each, place);
  });
}

function missing(path: AttributePath): Fault {
  const detail = "It is required. Set it, or check the variable or the expression that it comes from.";
  return fault(path, `\`${formatPath(path)}\` is missing, or null`, detail);
}

function noValue(path: AttributePath, otherwise: string): Fault {
  const detail = `A null is not a value. Set a value, or ${otherwise}`;
  return fault(path, `\`${formatPath(path)}\` is null`, detail);
}
