import type { AnswerTo, Behaviours } from "../model/gaps";
import type { Clock } from "../platform/clock";
import type { Random } from "../platform/random";
import { SimulatedManager } from "./simulated-manager";
import type { WorldDefinition } from "./world-definition";

const DEFAULT_BODY_LIMIT = 1_048_576;

/** All managers of a simulation, and the clock and random numbers that they share. */
export class World {
  readonly managers = new Map<string, SimulatedManager>();
  readonly bodyLimit: number;
  readonly behaviours: Behaviours;
  readonly #byHost = new Map<string, SimulatedManager>();

  constructor(
    definition: WorldDefinition,
    readonly clock: Clock,
    readonly random: Random,
  ) {
    const { behaviours = {} } = definition;
    this.behaviours = behaviours;
    this.bodyLimit = bodyLimitOf(behaviours) ?? definition.bodyLimit ?? DEFAULT_BODY_LIMIT;
    for (const [name, given] of Object.entries(definition.managers)) {
      const manager = new SimulatedManager(name, given, random, clock.now());
      this.managers.set(name, manager);
      this.#byHost.set(manager.host, manager);
    }
    if (definition.snapshot !== true) this.#registerIntegratedManagers();
  }

  at(host: string): SimulatedManager | undefined {
    return this.#byHost.get(host);
  }

  manager(name: string): SimulatedManager {
    const manager = this.managers.get(name);
    if (manager === undefined) throw new RangeError(`the world has no manager "${name}"`);
    return manager;
  }

  /** A declared lower manager was once added, so its client exists, unless the world file says otherwise. */
  #registerIntegratedManagers(): void {
    for (const upper of this.managers.values()) {
      for (const host of upper.lowerManagers) {
        const lower = this.at(host);
        const id = integratedManagerClient(upper.host);
        if (lower !== undefined && !lower.clients.has(id)) lower.clients.set(id, lower.newSecret());
      }
    }
  }
}

const KIB = 1024;

/** The longest body, if the world's behaviours limit it. */
function bodyLimitOf({ "body-limit": limit }: Behaviours): number | undefined {
  return limit === undefined ? undefined : bodyLimits[limit];
}

const bodyLimits: Readonly<Record<AnswerTo<"body-limit">, number>> = {
  "under-64-kib": 32 * KIB,
  "64-kib": 64 * KIB,
  "256-kib": 256 * KIB,
  "1-mib": KIB ** 2,
  "4-mib": 4 * KIB ** 2,
};

/** The IM client by which an integrated manager is known on its lower managers (3.7.2). */
export function integratedManagerClient(host: string): string {
  return `MANAGER_INTEGRATED_${host}`;
}
