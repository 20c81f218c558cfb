import { faultToWire } from "../protocol/fault-to-wire";
import type { Answer, Typed, WireValue } from "../protocol/wire";
import type { Provider } from "../provider/provider";
import { writeIdentity } from "./identities";
import { resourceTypeOf } from "./lookup";
import { readObject, writeObject } from "./objects";

export async function readResource(
  {
    typeName,
    currentState,
    private: own,
  }: Typed & { readonly currentState: WireValue; readonly private: Uint8Array },
  provider: Provider,
): Promise<Answer> {
  const type = resourceTypeOf(typeName);
  const state = readObject(type.attributes, currentState);
  if (state === undefined) return { newState: currentState, private: own };
  const { state: read, faults = [] } = await type.read(state, provider.connection);
  return {
    newState: writeObject(type.attributes, read),
    newIdentity: writeIdentity(type, read, provider),
    private: own,
    diagnostics: faults.map(faultToWire),
  };
}
