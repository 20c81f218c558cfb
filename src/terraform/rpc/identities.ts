import type { WireValue } from "../protocol/wire";
import type { Provider } from "../provider/provider";
import type { Attrs, ResourceType } from "../resources/resource-type";
import { readObject, writeObject } from "./objects";

/** An identity as Terraform keeps it beside a state. */
export interface WireIdentity {
  readonly identityData: WireValue | null;
}

/** The identity of a state, to the wire; `undefined` where there is none, or a part of it is not known yet. */
export function writeIdentity(
  { identity }: ResourceType,
  state: Attrs | null | undefined,
  provider: Provider,
): WireIdentity | undefined {
  if (!identity || !state || provider.awaited.length > 0) return undefined;
  const { manager } = provider.connection;
  if (!manager) return undefined;
  const known = identity.of(state, manager.run.name);
  return known && { identityData: writeObject(identity.attributes, known) };
}

/** The address of an identity that an import gives; `undefined` where it gives none. */
export function addressOfIdentity(
  { identity }: ResourceType,
  wire: WireIdentity | null,
  { connection }: Provider,
): string | undefined {
  const given = identity && readObject(identity.attributes, wire?.identityData);
  return given && identity.address(given, connection.run);
}
