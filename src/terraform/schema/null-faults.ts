import { type AttributePath, type Fault, fault, spelled } from "../fault";
import { attributesOf, Dynamic, Unknown, unknown, type Value } from "../values/type";
import type { Attributes } from "./attribute";

/**
 * Every null in a configuration that stands where a value has to be: Terraform itself refuses only what is spelled
 * `null`, and passes on one that comes from a variable or from a key of a map.
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
 * A configuration before its apply: a null key of a write-only map counts as unknown. What is ephemeral may be null at a plan and have a value at
 * the apply, as with `enabled = terraform.applying`; one that is null there as well is refused then.
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

/** Of a value of which the type is free, an attribute that is null is one that is not there. */
export function elementFaults(value: Value, path: AttributePath): Fault[] {
  if (value instanceof Dynamic) return freeFaults(value.value, path);
  if (Array.isArray(value)) return listFaults(value, path);
  return Object.entries(attributesOf(value)).flatMap(([key, each]) =>
    each === null
      ? [noValue([...path, { key }], "take the key out: what is no longer declared is deleted.")]
      : [],
  );
}

function freeFaults(value: Value, path: AttributePath): Fault[] {
  if (Array.isArray(value)) return listFaults(value, path);
  const entries = Object.entries(attributesOf(value));
  // One that has nothing but nulls says nothing at all.
  const isEmpty = entries.length > 0 && entries.every(([, each]) => each === null);
  return entries.flatMap(([name, each]) =>
    isEmpty ? [noValue([...path, name], "leave the whole object out.")] : freeFaults(each, [...path, name]),
  );
}

function listFaults(values: readonly Value[], path: AttributePath): Fault[] {
  return values.flatMap((each, index) => {
    const place = [...path, index];
    return each === null ? [noValue(place, "take it out of the list.")] : freeFaults(each, place);
  });
}

function missing(path: AttributePath): Fault {
  const detail = "It is required. Write it; or look at the variable or the expression that it comes from.";
  return fault(path, `\`${spelled(path)}\` is missing, or null`, detail);
}

function noValue(path: AttributePath, otherwise: string): Fault {
  const detail = `A null is no value. Give it one, or ${otherwise}`;
  return fault(path, `\`${spelled(path)}\` is null`, detail);
}
