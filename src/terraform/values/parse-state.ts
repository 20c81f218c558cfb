import { Dynamic, type Type, type Value } from "./type";

/** Parses a stored state, which Terraform keeps as JSON. Attributes that an older schema did not have become null. */
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

/** The type of a value that was stored before its attribute became dynamic. */
function typeOf(raw: unknown): Type {
  if (typeof raw === "boolean") return "bool";
  if (typeof raw === "number") return "number";
  if (Array.isArray(raw)) return ["tuple", raw.map(typeOf)];
  if (typeof raw !== "object" || raw === null) return "string";
  const fields = Object.entries(raw);
  // A stored dynamic value names its own type.
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
