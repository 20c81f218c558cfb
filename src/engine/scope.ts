import {
  agentAddress,
  isTarget,
  isWithin,
  lowerManagerAddress,
  managerOf,
  parseAddress,
  placesAbove,
} from "../model/address";
import { declaredAddresses, issuersOf } from "../model/declared";
import type { DesiredState } from "../model/desired-state";
import { type Diagnostic, DiagnosticError } from "../model/diagnostic";
import type { PlanScope } from "../model/plan";
import { shardName } from "../model/shard";
import { nearestAddress, notAnAddress } from "./nearest-address";
import { shardFilter, shardOf } from "./shards";
import { unknownManager } from "./unknown-manager";

/** The scope of a run, as questions about addresses. */
export interface Scope {
  readonly limited: boolean;
  /** Addresses of the agents that the targets name, whole or by keys; absent if a target is a place above agents. */
  readonly agents?: ReadonlySet<string> | undefined;
  /** Whether the resource at `address` is in scope. */
  covers(address: string): boolean;
  /** Whether `address` itself is a target; false if only a place above it is. */
  names(address: string): boolean;
  /** Whether the resource at `address`, or anything below it, is in scope. */
  touches(address: string): boolean;
}

/**
 * The managers that a run may write to, sorted by name: those in scope, and those on which the initial secrets of
 * their lower managers are issued.
 */
export function writtenManagers(
  limits: ScopeLimits,
  desired: Pick<DesiredState, "managers">,
): readonly string[] {
  const { touches } = createScope(limits);
  const inScope = [...desired.managers.keys()].filter(touches);
  return [...inScope, ...neededIssuers(limits, desired).keys()].sort();
}

/** Of those, the managers outside the scope. By name: the managers in scope that need it. */
export function neededIssuers(
  limits: ScopeLimits,
  { managers }: Pick<DesiredState, "managers">,
): ReadonlyMap<string, readonly string[]> {
  const { touches } = createScope(limits);
  const needed = new Map<string, string[]>();
  for (const manager of managers.values()) {
    if (!touches(manager.name)) continue;
    for (const issuer of new Set(issuersOf(manager)))
      if (!touches(issuer)) needed.set(issuer, [...(needed.get(issuer) ?? []), manager.name]);
  }
  return needed;
}

type ScopeLimits = Pick<PlanScope, "managers" | "targets" | "shard">;

/**
 * Lookups cost the same for one target and for a million: a second round has one target for each change that waited
 * for it.
 */
export function createScope({ managers, targets, shard }: ScopeLimits): Scope {
  const [exact, above] = [new Set(targets), new Set(targets.flatMap((target) => [...placesAbove(target)]))];
  // No target is shorter, so only a few places above an address are looked up.
  const shortest = targets.reduce((least, { length }) => Math.min(least, length), Number.POSITIVE_INFINITY);
  const lowers = new Set(targets.map(foldedLowerManager));
  lowers.delete(undefined);
  const inShard = shard && shardFilter(shard);
  const inManagers = (address: string) =>
    (managers.length === 0 || managers.some((manager) => isWithin(address, manager))) &&
    (inShard === undefined || inShard(managerOf(address)));
  const covers = (address: string) => {
    if (!inManagers(address)) return false;
    if (exact.size === 0) return true;
    for (const place of placesAbove(address)) {
      if (place.length < shortest) break;
      if (exact.has(place)) return true;
    }
    return lowers.size > 0 && lowers.has(foldedLowerManager(address));
  };
  const agents = targets.length > 0 ? namedAgents(targets) : undefined;
  return {
    limited: targets.length > 0,
    agents,
    covers,
    names: (address) => exact.has(address),
    touches: (address) => covers(address) || (inManagers(address) && above.has(address)),
  };
}

/** The address of a lower manager without its spelling: a target may have that of the desired state or of the manager. */
function foldedLowerManager(address: string): string | undefined {
  const addressed = parseAddress(address);
  if (addressed?.kind !== "lower-manager") return undefined;
  return lowerManagerAddress(addressed.manager, addressed.host.toLowerCase());
}

function namedAgents(targets: readonly string[]): ReadonlySet<string> | undefined {
  const agents = new Set<string>();
  for (const target of targets) {
    const addressed = parseAddress(target);
    if (addressed === undefined || addressed.kind === "manager") return undefined;
    if ("agent" in addressed) agents.add(agentAddress(addressed.manager, addressed.agent));
  }
  return agents;
}

/**
 * Refuses undeclared managers, targets that are not addresses, and a shard without any of the named managers; reports
 * all faults together.
 */
export function requireScope(scope: ScopeLimits, desired: DesiredState): void {
  const names = [...desired.managers.keys()];
  const diagnostics = [
    ...scope.managers
      .filter((name) => !desired.managers.has(name))
      .map((name) => unknownManager(`--manager ${JSON.stringify(name)}`, name, names)),
    ...unfitAddresses(scope.targets, desired, "--target "),
    ...outOfShard(scope, names),
  ];
  if (diagnostics.length > 0) throw new DiagnosticError(diagnostics);
}

/** A shard may be empty. But if a user names a manager outside of it, the empty plan would look like one in sync. */
function outOfShard({ shard, ...named }: ScopeLimits, names: readonly string[]): Diagnostic[] {
  if (shard === undefined || named.managers.length + named.targets.length === 0) return [];
  const scope = createScope(named);
  const meant = names.filter((name) => scope.touches(name));
  const isIn = shardFilter(shard);
  if (meant.length === 0 || meant.some(isIn)) return [];
  const places = meant.map((name) => `${name} is in shard ${shardOf(name, shard.count)}/${shard.count}`);
  return [
    {
      code: "nothing-matched",
      severity: "error",
      summary: `--shard ${shardName(shard)} excludes everything that --manager and --target name`,
      remedy: `${places.join(", ")}: give --shard that value, or leave it out`,
    },
  ];
}

/** Faults of addresses, or places, that a user typed after `option`. */
export function unfitAddresses(
  addresses: readonly string[],
  desired: Pick<DesiredState, "managers">,
  option = "",
): Diagnostic[] {
  const { managers } = desired;
  const unfit = addresses.filter((address) => !(isTarget(address) && managers.has(managerOf(address))));
  // There may be a million addresses.
  const known = unfit.length === 0 ? [] : [...declaredAddresses(desired)];
  return unfit.flatMap((address) => {
    const [where, manager] = [`${option}${JSON.stringify(address)}`, managerOf(address)];
    if (managers.has(manager)) return notAnAddress(address, known, { where, isOne: isTarget }) ?? [];
    const meant = nearestAddress(address, known);
    return [unknownManager(where, manager, [...managers.keys()], meant)];
  });
}
