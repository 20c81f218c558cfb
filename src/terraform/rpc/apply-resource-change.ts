import { forgetTakeover, hasTakenOver } from "../../library/manager-run/takeovers";
import type { Fault } from "../fault";
import { faultToWire } from "../protocol/fault-to-wire";
import type { Answer, Configured, Typed, WireValue } from "../protocol/wire";
import type { Provider } from "../provider/provider";
import type { Attrs, Result } from "../resources/resource-type";
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

/** A failed apply keeps the former state, so that the next plan shows the change again. */
export async function applyResourceChange(request: Request, provider: Provider): Promise<Answer> {
  const type = resourceTypeOf(request.typeName);
  const { attributes } = type;
  const prior = readObject(attributes, request.priorState);
  const next = readObject(attributes, request.plannedState);
  const { token, planned, trace: before } = unpackOwnData(request.plannedPrivate);
  const apply = async (): Promise<Result> => {
    if (next) {
      const config = readConfig(attributes, request.config);
      // A value that was unknown in the plan may be null now.
      refuse(nullFaults(attributes, config));
      return type.apply({ prior, config, next, token, planned }, provider.connection);
    }
    return prior
      ? forgetTakeovers(await type.destroy(prior, provider.connection, token), token, provider)
      : { state: null };
  };
  const named = (each: Fault) => (next ? each : withResourceName(each, request.typeName, prior));
  try {
    const { state, faults = [], trace = before } = await apply();
    return {
      newState: writeObject(attributes, state),
      newIdentity: writeIdentity(type, state, provider, request.plannedIdentity),
      private: packOwnData({ token, trace }),
      diagnostics: faults.map(named).map(faultToWire),
    };
  } catch (error) {
    return {
      newState: writeObject(attributes, prior ?? null),
      newIdentity: writeIdentity(type, prior, provider, request.plannedIdentity),
      private: packOwnData({ token, trace: before }),
      diagnostics: provider.explain(error, attributes).map(named).map(faultToWire),
    };
  }
}

/** Adds the resource's name, which Terraform does not show if the configuration no longer has the resource. */
function withResourceName(
  each: Fault,
  typeName: string,
  { id, address, base_path: folder }: Attrs = {},
): Fault {
  if (each.severity !== "error") return each;
  const which = [id, address, folder].find((text) => typeof text === "string") ?? "";
  return { ...each, detail: `${each.detail}\nThis stopped the destroy of ${`${typeName} ${which}`.trim()}.` };
}

/** Forgets the takeovers of a destroyed resource. */
async function forgetTakeovers(
  result: Result,
  token: string,
  { connection: { manager } }: Provider,
): Promise<Result> {
  if (result.state !== null || !manager) return result;
  const { run } = manager;
  if (hasTakenOver(await run.state(), run.name, token))
    await run.holding((state) => forgetTakeover(state, run.name, token));
  return result;
}
