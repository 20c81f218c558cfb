import { FaultError, fault } from "../fault";
import type { Attribute } from "../schema/attribute";
import type { Value } from "../values/type";
import type { Identity } from "./resource-type";

/** The identity of a resource that has one name on its manager. */
export function namedIdentity(
  name: string,
  attribute: Attribute,
  addressOf: (manager: string, name: string) => string,
): Identity {
  return {
    attributes: { manager: managerAttribute, [name]: attribute },
    of: ({ [name]: own }, manager) => (typeof own === "string" ? { manager, [name]: own } : undefined),
    address: ({ manager, [name]: own }, { run }) => addressOf(ownManager(manager, run), namedPart(name, own)),
  };
}

/** Reads a required part of an identity. Terraform lets a null from a variable pass. Throws a `FaultError`. */
export function namedPart(name: string, given: Value | undefined): string {
  if (typeof given === "string" && given !== "") return given;
  const detail = "Set it, or check the variable or the expression that it comes from.";
  throw new FaultError([fault(undefined, `\`${name}\` of the identity is missing, or null`, detail)]);
}

/** Checks the manager of an identity, which must be the provider's own. Throws a `FaultError`. */
export function ownManager(given: Value | undefined, { name }: { readonly name: string }): string {
  if (given === null || given === undefined || given === name) return name;
  const summary = `\`manager\` of the identity is ${JSON.stringify(given)}, and this provider's manager is ${JSON.stringify(name)}`;
  const detail = "Leave `manager` out, or set `provider` to the configuration of that manager.";
  throw new FaultError([fault(undefined, summary, detail)]);
}

export function identifying(given: "required" | "optional", description: string): Attribute {
  return { type: "string", given, description };
}

export function identifyingHost(given: "required" | "optional", description: string): Attribute {
  return { ...identifying(given, description), isHost: true };
}

export const managerAttribute = identifying("optional", "The manager's `name` in the provider block.");
