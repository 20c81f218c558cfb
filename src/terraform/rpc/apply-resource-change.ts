import { faultToWire } from "../protocol/fault-to-wire";
import type { Answer, Configured, Typed, WireValue } from "../protocol/wire";
import type { Provider } from "../provider/provider";
import { refuse } from "../resources/value-faults";
import { nullFaults } from "../schema/null-faults";
import { type WireIdentity, writeIdentity } from "./identities";
import { resourceTypeOf } from "./lookup";
import { readConfig, readObject, writeObject } from "./objects";
import { packOwnData, unpackOwnData } from "./own-data";

interface Request extends Typed, Configured {
  readonly priorState: WireValue;
  readonly plannedState: WireValue;
  readonly plannedPrivate: Uint8Array;
  readonly plannedIdentity: WireIdentity | null;
}

/** What failed leaves the state as it was, so that the next plan shows it again. */
export async function applyResourceChange(request: Request, provider: Provider): Promise<Answer> {
  const type = resourceTypeOf(request.typeName);
  const { attributes } = type;
  const prior = readObject(attributes, request.priorState);
  const next = readObject(attributes, request.plannedState);
  const { token, planned } = unpackOwnData(request.plannedPrivate);
  const kept = packOwnData({ token });
  const apply = () => {
    if (next) {
      const config = readConfig(attributes, request.config);
      // What was unknown at the plan may have turned out to be null.
      refuse(nullFaults(attributes, config));
      return type.apply({ prior, config, next, token, planned }, provider.connection);
    }
    return prior
      ? type.destroy(prior, provider.connection, token)
      : Promise.resolve({ state: null, faults: [] });
  };
  try {
    const { state, faults = [] } = await apply();
    return {
      newState: writeObject(attributes, state),
      newIdentity: writeIdentity(type, state, provider, request.plannedIdentity),
      private: kept,
      diagnostics: faults.map(faultToWire),
    };
  } catch (error) {
    return {
      newState: writeObject(attributes, prior ?? null),
      newIdentity: writeIdentity(type, prior, provider, request.plannedIdentity),
      private: kept,
      diagnostics: provider.explain(error, attributes).map(faultToWire),
    };
  }
}
