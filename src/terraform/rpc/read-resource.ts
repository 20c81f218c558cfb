import { faultToWire } from "../protocol/fault-to-wire";
import type { Answer, Typed, WireValue } from "../protocol/wire";
import type { Provider } from "../provider/provider";
import { type WireIdentity, writeIdentity } from "./identities";
import { resourceTypeOf } from "./lookup";
import { readObject, writeObject } from "./objects";
import { unpackOwnData } from "./own-data";

interface Request {
  readonly currentState: WireValue;
  readonly private: Uint8Array;
  readonly currentIdentity: WireIdentity | null;
}

export async function readResource(
  { typeName, currentState, private: own, currentIdentity }: Typed & Request,
  provider: Provider,
): Promise<Answer> {
  const type = resourceTypeOf(typeName);
  const state = readObject(type.attributes, currentState);
  if (state === undefined) return { newState: currentState, private: own };
  const { trace } = unpackOwnData(own);
  const { state: read, faults = [] } = await type.read(state, provider.connection, trace);
  return {
    newState: writeObject(type.attributes, read),
    newIdentity: writeIdentity(type, read, provider, currentIdentity),
    private: own,
    diagnostics: faults.map(faultToWire),
  };
}
