import { randomUUID } from "node:crypto";
import { type Fault, fault } from "../fault";
import { faultToWire, pathToWire } from "../protocol/fault-to-wire";
import type { Answer, Configured, Typed, WireValue } from "../protocol/wire";
import type { Provider } from "../provider/provider";
import type { Attrs, PlannedChange, ResourceType, Result } from "../resources/resource-type";
import { refuse } from "../resources/value-faults";
import { type Attribute, type Attributes, isSameValue } from "../schema/attribute";
import { nullFaults, withOpenNulls } from "../schema/null-faults";
import { unknown } from "../values/type";
import { type WireIdentity, writeIdentity } from "./identities";
import { resourceTypeOf } from "./lookup";
import { readConfig, readObject, withoutWriteOnly, writeObject } from "./objects";
import { packOwnData, unpackOwnData } from "./own-data";

interface Request extends Typed, Configured {
  readonly priorState: WireValue;
  readonly proposedNewState: WireValue;
  readonly priorPrivate: Uint8Array;
  readonly priorIdentity: WireIdentity | null;
}

export async function planResourceChange(request: Request, provider: Provider): Promise<Answer> {
  const { typeName, proposedNewState, priorPrivate } = request;
  const type = resourceTypeOf(typeName);
  const { attributes } = type;
  const proposed = readObject(attributes, proposedNewState);
  const prior = readObject(attributes, request.priorState);
  if (proposed === undefined) {
    const diagnostics = (await destroyWarnings(type, prior, unpackOwnData(priorPrivate).token, provider)).map(
      faultToWire,
    );
    return { plannedState: proposedNewState, plannedPrivate: priorPrivate, diagnostics };
  }
  const config = readConfig(attributes, request.config);
  const replacing = prior ? replacingNames(attributes, prior, proposed) : [];
  const { token: former, trace } = unpackOwnData(priorPrivate);
  const token = former || randomUUID();
  const next = withoutWriteOnly(attributes, proposed);
  // Terraform plans a replaced resource twice. The second time it has a token, but no prior state.
  const isReplaced = prior === undefined && former !== "";
  const change = { prior: replacing.length > 0 ? undefined : prior, isReplaced, config, next, token };
  const isOpen = change.prior === undefined && provider.postponed.length > 0;
  const {
    state,
    faults = [],
    planned,
  } = isOpen ? openPlan(attributes, change, provider.postponed) : await planChange(type, change, provider);
  return {
    plannedState: writeObject(attributes, state),
    plannedIdentity: writeIdentity(type, state, provider, request.priorIdentity),
    plannedPrivate: packOwnData({ token, planned, trace }),
    requiresReplace: replacing.map((name) => pathToWire([name])),
    diagnostics: faults.map(faultToWire),
  };
}

/** The warnings of a planned destroy. The apply finds what forbids it. */
async function destroyWarnings(
  { planDestroy }: ResourceType,
  prior: Attrs | undefined,
  token: string,
  provider: Provider,
): Promise<readonly Fault[]> {
  try {
    return prior && planDestroy ? await planDestroy(prior, provider.connection, token) : [];
  } catch {
    return [];
  }
}

async function planChange(type: ResourceType, change: PlannedChange, provider: Provider): Promise<Result> {
  try {
    const config = withOpenNulls(type.attributes, change.config);
    refuse(nullFaults(type.attributes, config));
    return await type.plan({ ...change, config }, provider.connection);
  } catch (error) {
    return { state: change.next, faults: provider.explain(error, type.attributes) };
  }
}

/** Plans a creation while the provider's settings are unknown. Only the attributes in the configuration are known. */
function openPlan(attributes: Attributes, { config, next }: PlannedChange, why: readonly Fault[]): Result {
  const isOpen = ([name, { given }]: readonly [string, Attribute]) =>
    given === "computed" || (given === "either" && config[name] === null);
  const open = Object.entries(attributes)
    .filter(isOpen)
    .map(([name]) => [name, unknown] as const);
  const detail =
    "Until then the provider compares nothing with the manager; only the apply finds errors there.";
  const faults = why.map(({ summary }) => fault(undefined, summary, detail, "warning"));
  return { state: { ...next, ...Object.fromEntries(open) }, faults };
}

function replacingNames(attributes: Attributes, prior: Attrs, next: Attrs): string[] {
  return Object.entries(attributes).flatMap(([name, attribute]) =>
    attribute.replaces && !isSameValue(attribute, prior[name], next[name]) ? [name] : [],
  );
}
