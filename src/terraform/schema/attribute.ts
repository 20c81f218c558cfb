import { isDeepStrictEqual } from "node:util";
import { isSameHost } from "../../model/host";
import type { Type, Value } from "../values/type";

/**
 * One attribute of a resource, a data source or the provider. The schema and its documentation are generated from it.
 */
export interface Attribute {
  readonly type: Type;
  /** The attributes of an object whose type is `dynamic`: see `openObject`. */
  readonly nested?: Attributes;
  readonly description: string;
  /** The provider sets `computed`. It sets `either` if the configuration does not. */
  readonly given: "required" | "optional" | "computed" | "either";
  readonly sensitive?: boolean;
  /** Only the configuration has it: no plan or state contains it. */
  readonly writeOnly?: boolean;
  /** Another value means another resource. */
  readonly replaces?: boolean;
  /** A host name, which ignores case. */
  readonly isHost?: boolean;
}

/** Whether two values of an attribute name the same thing. */
export function isSameValue(
  { isHost }: Attribute,
  one: Value | undefined,
  other: Value | undefined,
): boolean {
  const areHosts = isHost && typeof one === "string" && typeof other === "string";
  return areHosts ? isSameHost(one, other) : isDeepStrictEqual(one, other);
}

export interface Attributes {
  readonly [name: string]: Attribute;
}

/** The type of an object with these attributes. */
export function objectType(attributes: Attributes): Type {
  return ["object", Object.fromEntries(Object.entries(attributes).map(([name, { type }]) => [name, type]))];
}

/** The path of each attribute, such as `tls.ca` in an object. The parts of an object come before the object. */
export function attributePaths(attributes: Attributes): readonly string[] {
  return Object.entries(attributes).flatMap(([name, { nested = {} }]) => [
    ...attributePaths(nested).map((path) => `${name}.${path}`),
    name,
  ]);
}
