import type { Answer, Typed } from "../protocol/wire";
import { objectType } from "../schema/attribute";
import { parseState } from "../values/parse-state";
import { attributesOf } from "../values/type";
import { resourceTypeOf } from "./lookup";
import { writeObject } from "./objects";

/** Terraform calls this for every stored resource, also if the schema has not changed. */
export async function upgradeResourceState({
  typeName,
  rawState,
}: Typed & { readonly rawState: { readonly json: Uint8Array } }): Promise<Answer> {
  const { attributes } = resourceTypeOf(typeName);
  const state = attributesOf(parseState(objectType(attributes), rawState.json));
  return { upgradedState: writeObject(attributes, state) };
}
