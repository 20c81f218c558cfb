import { type Influence, stateOf } from "./call";
import type { WarningId } from "./messages";
import type { SimulatedManager } from "./simulated-manager";
import { integratedManagerClient, type World } from "./world";

/** A lower manager, seen from the manager above it. */
export interface Reached {
  readonly host: string;
  /** Absent if it is unreachable. */
  readonly manager?: SimulatedManager;
  /** What is wrong with it. */
  readonly trouble?: WarningId;
}

/**
 * Every manager under `upper`, level by level. Managers below one in trouble are invisible; a host that two managers
 * have added occurs once.
 */
export function reachLowerManagers(
  world: World,
  upper: SimulatedManager,
  influence: Influence,
): ReadonlyMap<string, Reached> {
  const reached = new Map<string, Reached>();
  const open = [upper];
  for (let from = open.shift(); from !== undefined; from = open.shift()) {
    for (const host of from.lowerManagers) {
      if (host === upper.host || (reached.get(host)?.trouble === undefined && reached.has(host))) continue;
      const route = reach(world, from, host, influence);
      reached.set(host, route);
      if (route.trouble === undefined && route.manager !== undefined) open.push(route.manager);
    }
  }
  return reached;
}

/** One lower manager from the one directly above it. */
export function reach(world: World, upper: SimulatedManager, host: string, influence: Influence): Reached {
  const manager = world.at(host);
  if (manager === undefined) return { host, trouble: "KAJY68204-W" };
  const state = stateOf(manager, influence);
  // The manager above logs in with its client there: without it, access is denied.
  if (state === "down" || !manager.clients.has(integratedManagerClient(upper.host))) {
    return { host, trouble: "KAJY68204-W" };
  }
  if (state === "database-down") return { host, manager, trouble: "KAJY68500-W" };
  if (state === "imbase-failed") return { host, manager, trouble: "KAJY68210-W" };
  return { host, manager };
}
