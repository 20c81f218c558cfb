import type { WireValue } from "../protocol/wire";
import type { Attrs } from "../resources/resource-type";
import { type Attributes, objectType } from "../schema/attribute";
import { withOpenObjects } from "../schema/open-object";
import { decodeValue } from "../values/decode-value";
import { encodeValue } from "../values/encode-value";
import { attributesOf, Dynamic, type Value } from "../values/type";

/** Reads an object of a schema; `undefined` if there is none. */
export function readObject(attributes: Attributes, wire: WireValue | null | undefined): Attrs | undefined {
  if (!wire?.msgpack || wire.msgpack.length === 0) return undefined;
  const value = decodeValue(objectType(attributes), wire.msgpack);
  return value === null ? undefined : withoutTypedNulls(attributesOf(value));
}

/** Reads a configuration. Throws a `FaultError` for invalid open objects, which Terraform does not check. */
export function readConfig(attributes: Attributes, wire: WireValue): Attrs {
  return withOpenObjects(attributes, readObject(attributes, wire) ?? {});
}

/** Removes the type of a null, such as that of one branch of a conditional. */
function withoutTypedNulls(object: Attrs): Attrs {
  const isNull = (value: Value) => value instanceof Dynamic && value.value === null;
  return Object.fromEntries(
    Object.entries(object).map(([name, value]) => [name, isNull(value) ? null : value]),
  );
}

export function writeObject(attributes: Attributes, object: Attrs | null): WireValue {
  return { msgpack: encodeValue(objectType(attributes), object) };
}

/** Sets write-only values to null, because no plan or state may contain them. */
export function withoutWriteOnly(attributes: Attributes, object: Attrs): Attrs {
  const isKept = ([name]: readonly [string, Value]) => attributes[name]?.writeOnly !== true;
  return Object.fromEntries(
    Object.entries(object).map((entry) => (isKept(entry) ? entry : [entry[0], null])),
  );
}
