import type { Answer, Typed } from "../protocol/wire";
import { objectType } from "../schema/attribute";
import { parseState } from "../values/parse-state";
import { attributesOf } from "../values/type";
import { resourceTypeOf } from "./lookup";
import { writeObject } from "./objects";

/** There is only one version so far, so a stored identity stays as it is. */
export async function upgradeResourceIdentity({
  typeName,
  rawIdentity,
}: Typed & { readonly rawIdentity: { readonly json: Uint8Array } }): Promise<Answer> {
  const { identity: own } = resourceTypeOf(typeName);
  if (own === undefined) throw new Error(`${typeName} has no identity`);
  const { attributes } = own;
  const identity = attributesOf(parseState(objectType(attributes), rawIdentity.json));
  return { upgradedIdentity: { identityData: writeObject(attributes, identity) } };
}
