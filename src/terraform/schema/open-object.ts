import { nearestTo } from "../../library/nearest";
import { type AttributePath, type Fault, FaultError, fault, formatPath } from "../fault";
import { attributesOf, Dynamic, Unknown, type Value } from "../values/type";
import type { Attribute, Attributes } from "./attribute";

/**
 * An object that the provider checks and converts itself. For an object of a known type, Terraform silently drops
 * unknown keys. It passes on an object of a dynamic type unchanged.
 */
export function openObject(description: string, attributes: Attributes): Attribute {
  return { type: "dynamic", nested: attributes, description, given: "optional" };
}

/**
 * Checks and converts the open objects. Throws a `FaultError` with every unknown key and every value of a wrong type.
 */
export function withOpenObjects<C extends { readonly [name: string]: Value }>(
  attributes: Attributes,
  config: C,
): C {
  const faults: Fault[] = [];
  const entries = Object.entries(config).map(([name, value]) => {
    const { type, nested } = attributes[name] ?? {};
    const isOpen = type === "dynamic" && nested !== undefined;
    return [name, isOpen ? checkedObject(nested, value, [name], faults) : value] as const;
  });
  if (faults.length > 0) throw new FaultError(faults);
  return Object.fromEntries(entries) as C;
}

function checkedObject(attributes: Attributes, given: Value, path: AttributePath, faults: Fault[]): Value {
  const value = given instanceof Dynamic ? given.value : given;
  if (value === null || value instanceof Unknown) return value;
  if (typeof value !== "object" || Array.isArray(value)) {
    faults.push(
      fault(
        path,
        `\`${formatPath(path)}\` is not an object`,
        `Write it as an object: ${keysOf(attributes)}.`,
      ),
    );
    return null;
  }
  const members = attributesOf(value);
  for (const key of Object.keys(members)) {
    if (Object.hasOwn(attributes, key)) continue;
    const summary = `Unknown key \`${key}\` in \`${formatPath(path)}\``;
    const meant = nearestTo(key, Object.keys(attributes));
    const detail = `${meant === undefined ? "" : `Did you mean \`${meant}\`? `}It can have ${keysOf(attributes)}.`;
    faults.push(fault([...path, key], summary, detail));
  }
  const entries = Object.entries(attributes).map(([name, { type, nested }]) => {
    const [each, place] = [members[name] ?? null, [...path, name]];
    return [
      name,
      nested ? checkedObject(nested, each, place, faults) : converted(type, each, place, faults),
    ] as const;
  });
  return Object.fromEntries(entries);
}

/** Converts a value as Terraform does: a number can become a string, and `"true"` becomes `true`. */
function converted(type: Attribute["type"], value: Value, path: AttributePath, faults: Fault[]): Value {
  if (value === null || value instanceof Unknown || type === "dynamic") return value;
  if (type === "string" && ["string", "number", "boolean"].includes(typeof value)) return String(value);
  if (type === "bool" && (typeof value === "boolean" || value === "true" || value === "false"))
    return String(value) === "true";
  if (Array.isArray(type) && type[0] === "list" && Array.isArray(value))
    return value.map((each, index) => converted(type[1], each, [...path, index], faults));
  const wanted = typeof type === "string" ? type : "list of strings";
  faults.push(fault(path, `\`${formatPath(path)}\` is not a ${wanted}`, `A ${wanted} is required here.`));
  return null;
}

function keysOf(attributes: Attributes): string {
  const names = Object.keys(attributes).map((name) => `\`${name}\``);
  return `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
}
