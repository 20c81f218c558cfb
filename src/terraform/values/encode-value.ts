import { Encoder, ExtData } from "@msgpack/msgpack";
import { attributesOf, Dynamic, type Type, Unknown, type Value } from "./type";

/** The inverse of `decodeValue`. The result has every attribute of an object; a missing one is null. */
export function encodeValue(type: Type, value: Value): Uint8Array {
  return new Encoder({ useBigInt64: true }).encode(toWire(type, value));
}

/** The extension for an unknown value without refinements. */
const UNKNOWN = new ExtData(0, Uint8Array.of(0));

function toWire(type: Type, value: Value | undefined): unknown {
  if (value === null || value === undefined) return null;
  if (value instanceof Unknown) return UNKNOWN;
  if (value instanceof Dynamic)
    return [Buffer.from(JSON.stringify(value.type), "utf8"), toWire(value.type, value.value)];
  if (typeof type === "string") return value;
  switch (type[0]) {
    case "list":
    case "set":
      return arrayOf(value).map((each) => toWire(type[1], each));
    case "tuple":
      return type[1].map((each, index) => toWire(each, arrayOf(value)[index]));
    case "map":
      return objectOf(value, ([key, each]) => [key, toWire(type[1], each)]);
    case "object":
      return Object.fromEntries(
        Object.entries(type[1]).map(([name, each]) => [name, toWire(each, attributesOf(value)[name])]),
      );
  }
}

function arrayOf(value: Value): readonly Value[] {
  if (Array.isArray(value)) return value;
  throw new Error("expected several values, got a single one");
}

function objectOf(value: Value, each: (entry: [string, Value]) => [string, unknown]): object {
  return Object.fromEntries(Object.entries(attributesOf(value)).map(each));
}
