import type { WireValue } from "../protocol/wire";
import type { Provider } from "../provider/provider";
import type { Attrs, Identity, ResourceType } from "../resources/resource-type";
import { isSameValue } from "../schema/attribute";
import { readObject, writeObject } from "./objects";

/** An identity as Terraform stores it beside a state. */
export interface WireIdentity {
  readonly identityData: WireValue | null;
}

/** The identity of a state on the wire. It stays `former` if a part is unknown or not in the state. */
export function writeIdentity(
  { identity }: ResourceType,
  state: Attrs | null | undefined,
  provider: Provider,
  former?: WireIdentity | null,
): WireIdentity | undefined {
  if (!identity || !state) return undefined;
  const manager = provider.postponed.length > 0 ? undefined : provider.connection.manager;
  const known = manager && identity.of(state, manager.run.name);
  return known && !isSameIdentity(identity, known, former)
    ? packIdentity(identity, known)
    : (former ?? undefined);
}

/**
 * Terraform does not permit a change of an identity. Another spelling of a host, or another name of the manager, is
 * no change.
 */
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

/** The address of the identity in an import; `undefined` if the import has none. */
export function addressOfIdentity(
  { identity }: ResourceType,
  wire: WireIdentity | null,
  { connection }: Provider,
): string | undefined {
  const given = identity && readObject(identity.attributes, wire?.identityData);
  return given && identity.address(given, connection);
}
