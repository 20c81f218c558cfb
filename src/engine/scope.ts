import { isTarget, isWithin, managerOf, placesAbove } from "../model/address";
import { declaredAddresses, issuersOf } from "../model/declared";
import type { DesiredState } from "../model/desired-state";
import { type Diagnostic, DiagnosticError } from "../model/diagnostic";
import type { PlanScope } from "../model/plan";
import { nearestAddress, notAnAddress } from "./nearest-address";
import { shardFilter } from "./shards";
import { unknownManager } from "./unknown-manager";

/** What a run is limited to, as questions about addresses. */
export interface Scope {
  readonly limited: boolean;
  /** Whether the resource at `address` is in scope. */
  covers(address: string): boolean;
  /** Whether the resource at `address`, or anything below it, is in scope. */
  touches(address: string): boolean;
}

/**
 * The managers that a run may write to: those in scope, and those that their lower managers' initial secrets are issued on.
 * In the order of their names.
 */
export function writtenManagers(
  limits: ScopeLimits,
  { managers }: Pick<DesiredState, "managers">,
): readonly string[] {
  const scope = createScope(limits);
  const inScope = [...managers.values()].filter(({ name }) => scope.touches(name));
  return [...new Set(inScope.flatMap((manager) => [manager.name, ...issuersOf(manager)]))].sort();
}

type ScopeLimits = Pick<PlanScope, "managers" | "targets" | "shard">;

/** Costs the same for one target and for a million: a second round has one for each change that waited for it. */
export function createScope({ managers, targets, shard }: ScopeLimits): Scope {
  const [exact, above] = [new Set(targets), new Set(targets.flatMap((target) => [...placesAbove(target)]))];
  const inShard = shard === undefined ? () => true : shardFilter(shard);
  const inManagers = (address: string) =>
    (managers.length === 0 || managers.some((manager) => isWithin(address, manager))) &&
    inShard(managerOf(address));
  const covers = (address: string) => {
    if (!inManagers(address)) return false;
    if (exact.size === 0) return true;
    for (const place of placesAbove(address)) if (exact.has(place)) return true;
    return false;
  };
  return {
    limited: targets.length > 0,
    covers,
    touches: (address) => covers(address) || (inManagers(address) && above.has(address)),
  };
}

/** Refuses managers that are not declared and targets that are no addresses; all of them together. */
export function checkScope(scope: Pick<PlanScope, "managers" | "targets">, desired: DesiredState): void {
  const names = [...desired.managers.keys()];
  const diagnostics = [
    ...scope.managers
      .filter((name) => !desired.managers.has(name))
      .map((name) => unknownManager(`--manager ${JSON.stringify(name)}`, name, names)),
    ...unfitAddresses(scope.targets, desired, "--target "),
  ];
  if (diagnostics.length > 0) throw new DiagnosticError(diagnostics);
}

/** What is wrong with addresses, or places above, that somebody typed behind `option`. */
export function unfitAddresses(
  addresses: readonly string[],
  desired: Pick<DesiredState, "managers">,
  option = "",
): Diagnostic[] {
  const { managers } = desired;
  const known = addresses.length === 0 ? [] : [...declaredAddresses(desired)];
  return addresses.flatMap((address) => {
    const [where, manager] = [`${option}${JSON.stringify(address)}`, managerOf(address)];
    if (managers.has(manager)) return notAnAddress(address, known, { where, isOne: isTarget }) ?? [];
    const meant = nearestAddress(address, known);
    return [unknownManager(where, manager, [...managers.keys()], meant)];
  });
}
