import type { WireValue } from "../protocol/wire";
import type { Attrs } from "../resources/resource-type";
import { type Attributes, objectType } from "../schema/attribute";
import { withOpenObjects } from "../schema/open-object";
import { decodeValue } from "../values/decode-value";
import { encodeValue } from "../values/encode-value";
import { attributesOf, Dynamic, type Value } from "../values/type";

/** An object of a schema from the wire; `undefined` where there is none. */
export function readObject(attributes: Attributes, wire: WireValue | null | undefined): Attrs | undefined {
  if (!wire?.msgpack || wire.msgpack.length === 0) return undefined;
  const value = decodeValue(objectType(attributes), wire.msgpack);
  return value === null ? undefined : withoutTypedNulls(attributesOf(value));
}

/**
 * A configuration. Terraform does not check the content of open objects, so this throws a `FaultError` for invalid
 * content.
 */
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

/** The same to the wire. */
export function writeObject(attributes: Attributes, object: Attrs | null): WireValue {
  return { msgpack: encodeValue(objectType(attributes), object) };
}

/** What is written only is in neither plan nor state. */
export function withoutWriteOnly(attributes: Attributes, object: Attrs): Attrs {
  const isKept = ([name]: readonly [string, Value]) => attributes[name]?.writeOnly !== true;
  return Object.fromEntries(
    Object.entries(object).map((entry) => (isKept(entry) ? entry : [entry[0], null])),
  );
}
