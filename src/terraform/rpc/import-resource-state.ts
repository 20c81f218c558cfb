import type { Answer, Typed } from "../protocol/wire";
import type { Provider } from "../provider/provider";
import { resourceTypeOf } from "./lookup";
import { writeObject } from "./objects";

export async function importResourceState(
  { typeName, id }: Typed & { readonly id: string },
  provider: Provider,
): Promise<Answer> {
  const type = resourceTypeOf(typeName);
  const state = await type.import(id, provider.connection);
  return { importedResources: [{ typeName, state: writeObject(type.attributes, state) }] };
}
