import { randomUUID } from "node:crypto";
import { faultToWire } from "../protocol/fault-to-wire";
import type { Answer, Typed } from "../protocol/wire";
import type { Provider } from "../provider/provider";
import { addressOfIdentity, packIdentity, type WireIdentity, writeIdentity } from "./identities";
import { resourceTypeOf } from "./lookup";
import { writeObject } from "./objects";
import { packOwnData } from "./own-data";

interface Request extends Typed {
  /** The address; empty if the import has an identity instead. */
  readonly id: string;
  readonly identity: WireIdentity | null;
}

export async function importResourceState(
  { typeName, id, identity }: Request,
  provider: Provider,
): Promise<Answer> {
  const type = resourceTypeOf(typeName);
  const address = addressOfIdentity(type, identity, provider) ?? id;
  const token = randomUUID();
  const { state, identity: own, faults = [] } = await type.import(address, provider.connection, token);
  return {
    importedResources: [
      {
        typeName,
        state: writeObject(type.attributes, state),
        private: packOwnData({ token }),
        identity:
          type.identity && own ? packIdentity(type.identity, own) : writeIdentity(type, state, provider),
      },
    ],
    diagnostics: faults.map(faultToWire),
  };
}
