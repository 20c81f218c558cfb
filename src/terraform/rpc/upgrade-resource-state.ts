import type { Answer, Typed } from "../protocol/wire";
import { objectType } from "../schema/attribute";
import { parseState } from "../values/parse-state";
import { attributesOf } from "../values/type";
import { resourceTypeOf } from "./lookup";
import { writeObject } from "./objects";

/** Terraform asks for every resource that it has stored, also where the schema is the same. */
export async function upgradeResourceState({
  typeName,
  rawState,
}: Typed & { readonly rawState: { readonly json: Uint8Array } }): Promise<Answer> {
  const { attributes } = resourceTypeOf(typeName);
  const state = attributesOf(parseState(objectType(attributes), rawState.json));
  return { upgradedState: writeObject(attributes, state) };
}
