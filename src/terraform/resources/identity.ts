import type { ManagerRun } from "../../library/manager-run/manager-run";
import type { Attribute, Attributes } from "../schema/attribute";
import type { Attrs } from "./resource-type";

/** What tells one resource of a type from all others, for Terraform from 1.12 on: an object beside the state. */
export interface Identity {
  /** All of them are strings; an import has to give those that are required. */
  readonly attributes: Attributes;
  /** Of what is in the state; `undefined` while a part of it is not known. */
  of(state: Attrs, manager: string): Attrs | undefined;
  /** The address that an import of it takes. */
  address(identity: Attrs, run: Pick<ManagerRun, "name" | "host">): string;
}

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
