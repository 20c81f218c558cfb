import { DecodeError, decode, ExtData } from "@msgpack/msgpack";
import { FaultError, fault } from "../fault";
import { Dynamic, type Type, unknown, type Value } from "./type";

/** Decodes a value. Throws if it does not match the type, which would be a bug of Terraform or of this provider. */
export function decodeValue(type: Type, bytes: Uint8Array): Value {
  return fromWire(type, decoded(bytes));
}

function decoded(bytes: Uint8Array): unknown {
  try {
    return decode(bytes, { useBigInt64: true });
  } catch (error) {
    if (!(error instanceof DecodeError && error.message.includes("__proto__"))) throw error;
    const detail = "The provider cannot have it as the key of a map. Choose another key.";
    throw new FaultError([fault(undefined, "`__proto__` cannot be used as a key here", detail)]);
  }
}

function fromWire(type: Type, raw: unknown): Value {
  if (raw === null || raw === undefined) return null;
  // Any extension means an unknown value. Its content only narrows the value down.
  if (raw instanceof ExtData) return unknown;
  if (type === "dynamic") return dynamicFrom(raw);
  if (type === "string" && typeof raw === "string") return raw;
  if (type === "bool" && typeof raw === "boolean") return raw;
  if (type === "number") return numberFrom(raw);
  if (typeof type !== "string") return partsFrom(type, raw);
  throw new Error(`expected a ${type}, got a ${typeof raw}`);
}

/** Numbers arrive as integers, as floats, or as decimal text if neither can hold them. */
function numberFrom(raw: unknown): number | string {
  if (typeof raw === "number") return raw;
  const text = String(raw);
  const number = Number(text);
  return Number.isFinite(number) && (Number.isSafeInteger(number) || String(number) === text) ? number : text;
}

function dynamicFrom(raw: unknown): Value {
  if (!Array.isArray(raw) || !(raw[0] instanceof Uint8Array)) throw new Error("a dynamic value has no type");
  const type: Type = JSON.parse(Buffer.from(raw[0]).toString("utf8"));
  return new Dynamic(type, fromWire(type, raw[1]));
}

function partsFrom(type: Exclude<Type, string>, raw: unknown): Value {
  switch (type[0]) {
    case "list":
    case "set":
      return arrayOf(raw).map((each) => fromWire(type[1], each));
    case "tuple":
      return type[1].map((each, index) => fromWire(each, arrayOf(raw)[index]));
    case "map":
      return Object.fromEntries(fieldsOf(raw).map(([key, each]) => [key, fromWire(type[1], each)]));
    case "object": {
      const given = new Map(fieldsOf(raw));
      return Object.fromEntries(
        Object.entries(type[1]).map(([name, each]) => [name, fromWire(each, given.get(name))]),
      );
    }
  }
}

function arrayOf(raw: unknown): readonly unknown[] {
  if (Array.isArray(raw)) return raw;
  throw new Error(`expected several values, got a ${typeof raw}`);
}

function fieldsOf(raw: unknown): readonly (readonly [string, unknown])[] {
  if (typeof raw === "object" && raw !== null && !Array.isArray(raw)) return Object.entries(raw);
  throw new Error(`expected a map, got a ${typeof raw}`);
}
