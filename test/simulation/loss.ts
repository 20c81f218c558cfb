import { integratedManagerClient } from "../../src/simulator/world";
import { canary } from "./canary";
import type { Scene } from "./scene";
import { HOST_OF } from "./world";

/** Where the integrated manager ran before it was lost, as `--replaces` names it. */
export const FORMER_HOST = "immhost00";

/**
 * The integrated manager is lost, and a new one is set up, on which nothing is yet. Agents and lower managers keep what
 * they have: the lost one's clients, in any spelling, and on `osaka` that of another integrated manager.
 */
export function loseManager({ simulation: { world }, ledger, leftBehind, chance }: Scene): void {
  const { clients, lowerManagers, sessions } = Object.assign(world.manager("tokyo"), {
    initialSecret: undefined,
  });
  for (const each of [clients, lowerManagers, sessions]) each.clear();
  for (const lower of world.managers.values()) {
    const secret = lower.clients.get(integratedManagerClient(HOST_OF.tokyo));
    if (secret === undefined) continue;
    lower.clients.delete(integratedManagerClient(HOST_OF.tokyo));
    const id = `${chance.pick(["MANAGER_INTEGRATED_", "MANAGER__INTEGRATED_"])}${chance.pick([FORMER_HOST, FORMER_HOST.toUpperCase()])}`;
    lower.clients.set(id, secret);
    leftBehind.add(`${lower.name} ${id}`);
  }
  world.manager("osaka").clients.set(integratedManagerClient("immhost77"), canary(chance));
  ledger.loseManager();
}
