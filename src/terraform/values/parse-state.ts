import { Dynamic, type Type, type Value } from "./type";

/** A stored state, as Terraform keeps it in JSON. Attributes that it does not have, of an older schema, are null. */
export function parseState(type: Type, json: Uint8Array): Value {
  return fromJson(type, JSON.parse(Buffer.from(json).toString("utf8")));
}

function fromJson(type: Type, raw: unknown): Value {
  if (raw === null || raw === undefined) return null;
  if (type === "dynamic") {
    const { type: own, value } = fieldsOf(raw) as { readonly type: Type; readonly value: unknown };
    return new Dynamic(own, fromJson(own, value));
  }
  if (typeof type === "string") return raw as Value;
  switch (type[0]) {
    case "list":
    case "set":
      return arrayOf(raw).map((each) => fromJson(type[1], each));
    case "tuple":
      return type[1].map((each, index) => fromJson(each, arrayOf(raw)[index]));
    case "map":
      return Object.fromEntries(
        Object.entries(fieldsOf(raw)).map(([key, each]) => [key, fromJson(type[1], each)]),
      );
    case "object": {
      const given = new Map(Object.entries(fieldsOf(raw)));
      return Object.fromEntries(
        Object.entries(type[1]).map(([name, each]) => [name, fromJson(each, given.get(name))]),
      );
    }
  }
}

function arrayOf(raw: unknown): readonly unknown[] {
  if (Array.isArray(raw)) return raw;
  throw new Error("the stored state has a single value where several are expected");
}

function fieldsOf(raw: unknown): Readonly<Record<string, unknown>> {
  if (typeof raw === "object" && raw !== null && !Array.isArray(raw)) return { ...raw };
  throw new Error("the stored state has a single value where an object is expected");
}
