/** A type of Terraform's language, spelled as on the wire: `"string"`, `["map", "string"]`, `["object", {…}]`. */
export type Type =
  | "string"
  | "number"
  | "bool"
  /** Any type. The value then names its type. */
  | "dynamic"
  | readonly ["list" | "set" | "map", Type]
  | readonly ["tuple", readonly Type[]]
  | readonly ["object", { readonly [attribute: string]: Type }];

/** A Terraform value as plain data. Lists, sets and tuples are arrays. Maps and objects are objects. */
export type Value =
  | null
  | string
  /** A number with more digits than JavaScript can hold is a string. */
  | number
  | boolean
  | Unknown
  | Dynamic
  | readonly Value[]
  | { readonly [key: string]: Value };

/** A value that Terraform does not know before the apply. */
export class Unknown {
  readonly is = "unknown";

  toString(): string {
    return "(known after apply)";
  }
}

export const unknown = new Unknown();

/** A value of an attribute whose type is `dynamic`. */
export class Dynamic {
  constructor(
    readonly type: Type,
    readonly value: Value,
  ) {}
}

/** The attributes of an object; none for any other value. */
export function attributesOf(value: Value | undefined): { readonly [name: string]: Value } {
  return isObject(value) ? value : {};
}

function isObject(value: Value | undefined): value is { readonly [name: string]: Value } {
  return (
    typeof value === "object" &&
    value !== null &&
    !Array.isArray(value) &&
    !(value instanceof Unknown) &&
    !(value instanceof Dynamic)
  );
}

export function isKnown(value: Value | undefined): boolean {
  if (value instanceof Unknown) return false;
  if (value instanceof Dynamic) return isKnown(value.value);
  if (Array.isArray(value)) return value.every(isKnown);
  return Object.values(attributesOf(value)).every(isKnown);
}

/** Unwraps dynamic values. The result is what a YAML document would contain. */
export function plainOf(value: Value): unknown {
  if (value instanceof Dynamic) return plainOf(value.value);
  if (Array.isArray(value)) return value.map(plainOf);
  if (typeof value !== "object" || value === null || value instanceof Unknown) return value;
  const entries = Object.entries(attributesOf(value)).filter(([, each]) => each !== null);
  return Object.fromEntries(entries.map(([key, each]) => [key, plainOf(each)]));
}
