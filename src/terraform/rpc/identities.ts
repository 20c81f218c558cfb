import type { WireValue } from "../protocol/wire";
import type { Provider } from "../provider/provider";
import type { Attrs, Identity, ResourceType } from "../resources/resource-type";
import { isSameValue } from "../schema/attribute";
import { readObject, writeObject } from "./objects";

/** An identity as Terraform keeps it beside a state. */
export interface WireIdentity {
  readonly identityData: WireValue | null;
}

/** The identity of a state, to the wire: `former` where a part of it is not known yet, or the state does not tell. */
export function writeIdentity(
  { identity }: ResourceType,
  state: Attrs | null | undefined,
  provider: Provider,
  former?: WireIdentity | null,
): WireIdentity | undefined {
  if (!identity || !state) return undefined;
  const manager = provider.awaited.length > 0 ? undefined : provider.connection.manager;
  const known = manager && identity.of(state, manager.run.name);
  return known && !isSameIdentity(identity, known, former)
    ? packIdentity(identity, known)
    : (former ?? undefined);
}

/** Terraform lets no identity change: neither a host in another spelling nor a manager of another name is another thing. */
function isSameIdentity({ attributes }: Identity, known: Attrs, former?: WireIdentity | null): boolean {
  const before = readObject(attributes, former?.identityData);
  const entries = Object.entries(attributes);
  return (
    before !== undefined &&
    entries.every(
      ([name, each]) => name === "manager" || isSameValue(each, before[name], known[name] ?? null),
    )
  );
}

export function packIdentity({ attributes }: Identity, identity: Attrs): WireIdentity {
  return { identityData: writeObject(attributes, identity) };
}

/** The address of an identity that an import gives; `undefined` where it gives none. */
export function addressOfIdentity(
  { identity }: ResourceType,
  wire: WireIdentity | null,
  { connection }: Provider,
): string | undefined {
  const given = identity && readObject(identity.attributes, wire?.identityData);
  return given && identity.address(given, connection);
}
