/**
 * Addresses: the one spelling of each resource, used in plans, state, diagnostics and `--target`.
 *
 * A segment may hold any character of the manager's names. `/` and `%` inside one are written `%2F` and `%25`,
 * so that an address splits at its slashes without knowing what it addresses.
 */

import { escapeSegment, secretsPlace } from "./address-text";
import type { AgentRef } from "./agent-ref";
import { allKinds, type KindName, type KindNames, kindNames, kinds, type NamedKind } from "./kind-names";

export type { AgentRef } from "./agent-ref";

/** The resource that an address names. `agent` names all secrets of one agent; the others name one resource. */
export type Addressed =
  | { readonly kind: "manager"; readonly manager: string }
  /** The note of an unfinished rebuild, which only the state holds. */
  | { readonly kind: "rebuild"; readonly manager: string }
  | { readonly kind: "agent"; readonly manager: string; readonly agent: AgentRef }
  | { readonly kind: "secret"; readonly manager: string; readonly agent: AgentRef; readonly key: string }
  | AddressedByRow;

type AddressedByRow = {
  [Kind in NamedKind]: { readonly kind: Kind; readonly manager: string } & Named<(typeof kinds)[Kind]>;
}[NamedKind];

type Named<Row> = Row extends { readonly sortedBy: infer Field extends string }
  ? { readonly [Each in Field]: string }
  : unknown;

/**
 * The rule of the schema's `managerName`, for callers without a desired state: a name becomes a folder, a ref or a
 * URL.
 */
export function isManagerName(text: string): boolean {
  return /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/.test(text);
}

/**
 * The address of a manager, which covers everything on it.
 *
 * @example
 * managerAddress("tokyo"); // "tokyo"
 */
export function managerAddress(manager: string): string {
  return join(manager);
}

/**
 * The address of a manager's initial secret.
 *
 * @example
 * initialSecretAddress("tokyo"); // "tokyo/initial-secret"
 */
export function initialSecretAddress(manager: string): string {
  return join(manager, "initial-secret");
}

export function rebuildAddress(manager: string): string {
  return join(manager, "rebuild");
}

/**
 * The address of an IM client.
 *
 * @example
 * clientAddress("tokyo", "fluentd-web"); // "tokyo/client/fluentd-web"
 */
export function clientAddress(manager: string, id: string): string {
  return join(manager, "client", id);
}

/**
 * The address of a lower manager, by its host.
 *
 * @example
 * lowerManagerAddress("tokyo", "immhost-osaka"); // "tokyo/lower-manager/immhost-osaka"
 */
export function lowerManagerAddress(manager: string, host: string): string {
  return join(manager, "lower-manager", host);
}

/**
 * The address of the resource `name` of a kind; without a name, the address of the only one, or of the place of all.
 */
export function resourceAddress(kind: NamedKind, manager: string, name?: string): string {
  const { segment } = kinds[kind];
  return name === undefined ? join(manager, segment) : join(manager, segment, name);
}

/**
 * The address of an agent, which covers all of its secrets.
 *
 * @example
 * agentAddress("tokyo", { managerHost: "immhost01", host: "web01" }); // "tokyo/agent/immhost01/web01"
 */
export function agentAddress(manager: string, agent: AgentRef): string {
  return join(manager, "agent", agent.managerHost, agent.host);
}

/**
 * The address of one secret of an agent.
 *
 * @example
 * const agent = { managerHost: "immhost01", host: "web01" };
 * secretAddress("tokyo", agent, "db/password"); // "tokyo/agent/immhost01/web01/secret/db%2Fpassword"
 */
export function secretAddress(manager: string, agent: AgentRef, key: string): string {
  return secretAddressOn(agentAddress(manager, agent), key);
}

/** The same from the agent's address, for callers with many keys of one agent. */
export function secretAddressOn(agentAddress: string, key: string): string {
  return secretsPlace(agentAddress) + escapeSegment(key);
}

/** The address of a name at a place that holds many: an agent, or a manager's clients. */
export function memberAddress(place: string, name: string): string {
  return parseAddress(place)?.kind === "agent"
    ? secretAddressOn(place, name)
    : `${place}/${escapeSegment(name)}`;
}

/**
 * Reads an address back; `undefined` if it is not one.
 *
 * @example
 * parseAddress("tokyo/client/fluentd-web"); // { kind: "client", manager: "tokyo", id: "fluentd-web" }
 */
export function parseAddress(text: string): Addressed | undefined {
  const segments = text.split("/").map(unescapeSegment);
  if (segments.some((segment) => segment === undefined || segment === "")) return undefined;
  const [manager, segment = "", first, second, secret, key] = segments as [string, ...string[]];
  if (segments.length === 1) return { kind: "manager", manager };
  if (segments.length === 2 && segment === "rebuild") return { kind: segment, manager };
  if (segment !== kinds.secret.segment) return byRow(segments);
  if (first === undefined || second === undefined) return undefined;
  const agent = { managerHost: first, host: second };
  if (segments.length === 4) return { kind: "agent", manager, agent };
  if (segments.length === 6 && secret === "secret" && key !== undefined) {
    return { kind: "secret", manager, agent, key };
  }
  return undefined;
}

const rows = new Map(kindNames.map((kind) => [kinds[kind].segment as string, kind]));

function byRow([manager = "", segment = "", name, ...more]: readonly (string | undefined)[]):
  | Addressed
  | undefined {
  const kind = rows.get(segment);
  const { isList, sortedBy = "" }: KindNames = kind ? kinds[kind] : kinds.secret;
  if (kind === undefined || more.length > 0 || isList !== (name !== undefined)) return undefined;
  return { kind, manager, ...(isList && { [sortedBy]: name }) } as AddressedByRow;
}

/** The name of a resource under its manager: an ID, a host or a key; the only one of a kind has the kind's name. */
export function nameIn(addressed: Addressed): string {
  const { kind } = addressed;
  if (kind === "secret") return addressed.key;
  const { sortedBy = "" }: Partial<KindNames> = kind in kinds ? kinds[kind as KindName] : {};
  return (addressed as Readonly<Record<string, unknown>>)[sortedBy]?.toString() ?? kind;
}

/**
 * Whether a text names one resource or all below a place: `tokyo`, `tokyo/client`, `tokyo/agent/immhost-osaka`, or any
 * address.
 *
 * @example
 * isTarget("tokyo/client"); // true
 * isTarget("tokyo/clients"); // false
 */
export function isTarget(text: string): boolean {
  if (parseAddress(text) !== undefined) return true;
  const [manager, segment, managerHost, ...more] = text.split("/");
  if (!manager || managerHost === "" || more.length > 0) return false;
  const isList = allKinds.some((kind) => kind.isList && kind.segment === segment);
  return isList && (managerHost === undefined || segment === kinds.secret.segment);
}

/** All agents that are known to a manager. */
export function agentsOf(manager: string): string {
  return join(manager, "agent");
}

/** All agents of one manager host. */
export function agentsBelow(manager: string, managerHost: string): string {
  return join(manager, "agent", managerHost);
}

/**
 * The name of the manager that an address begins with.
 *
 * @example
 * managerOf("tokyo/client/fluentd-web"); // "tokyo"
 */
export function managerOf(address: string): string {
  const slash = address.indexOf("/");
  const segment = slash === -1 ? address : address.slice(0, slash);
  return unescapeSegment(segment) ?? segment;
}

/** The address itself and every place above it, from the inside out. */
export function* placesAbove(address: string): Generator<string> {
  for (let place = address; ; ) {
    yield place;
    const slash = place.lastIndexOf("/");
    if (slash === -1) return;
    place = place.slice(0, slash);
  }
}

/**
 * Whether `address` is `target` itself or lies below it.
 *
 * @example
 * isWithin("tokyo/client/fluentd-web", "tokyo"); // true
 */
export function isWithin(address: string, target: string): boolean {
  return address === target || (address.startsWith(target) && address[target.length] === "/");
}

function join(...segments: string[]): string {
  return segments.map(escapeSegment).join("/");
}

function unescapeSegment(segment: string): string | undefined {
  if (!segment.includes("%")) return segment;
  if (/%(?!25|2F)/.test(segment)) return undefined;
  return segment.replaceAll("%2F", "/").replaceAll("%25", "%");
}
