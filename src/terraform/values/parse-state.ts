import { Dynamic, type Type, type Value } from "./type";

/** A stored state, as Terraform keeps it in JSON. Attributes that it does not have, of an older schema, are null. */
export function parseState(type: Type, json: Uint8Array): Value {
  return fromJson(type, JSON.parse(Buffer.from(json).toString("utf8")));
}

function fromJson(type: Type, raw: unknown): Value {
  if (raw === null || raw === undefined) return null;
  if (type === "dynamic") {
    const { type: own = typeOf(raw), value = raw } = fieldsOf(raw) as Partial<Typed>;
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

interface Typed {
  readonly type: Type;
  readonly value: unknown;
}

/** Of a value that was stored when its attribute had a type of its own. */
function typeOf(raw: unknown): Type {
  if (typeof raw === "boolean") return "bool";
  if (typeof raw === "number") return "number";
  if (Array.isArray(raw)) return ["tuple", raw.map(typeOf)];
  if (typeof raw !== "object" || raw === null) return "string";
  const fields = Object.entries(raw);
  // One of any type, as such an object has them, says its own.
  if (fields.length === 2 && "type" in raw && "value" in raw) return "dynamic";
  return ["object", Object.fromEntries(fields.map(([name, each]) => [name, typeOf(each)]))];
}

function arrayOf(raw: unknown): readonly unknown[] {
  if (Array.isArray(raw)) return raw;
  throw new Error("the stored state has a single value where several are expected");
}

function fieldsOf(raw: unknown): Readonly<Record<string, unknown>> {
  if (typeof raw === "object" && raw !== null && !Array.isArray(raw)) return { ...raw };
  throw new Error("the stored state has a single value where an object is expected");
}
