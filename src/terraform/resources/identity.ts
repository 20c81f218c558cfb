import type { Attribute } from "../schema/attribute";
import type { Identity } from "./resource-type";

/** The identity of what has one name on its manager. */
export function namedIdentity(
  name: string,
  description: string,
  addressOf: (manager: string, name: string) => string,
): Identity {
  return {
    attributes: { manager: managerAttribute, [name]: identifying("required", description) },
    of: ({ [name]: own }, manager) => (typeof own === "string" ? { manager, [name]: own } : undefined),
    address: ({ manager, [name]: own }, run) => addressOf(String(manager ?? run.name), String(own)),
  };
}

export function identifying(given: "required" | "optional", description: string): Attribute {
  return { type: "string", given, description };
}

export const managerAttribute = identifying("optional", "What the provider calls its manager; its `name`.");
