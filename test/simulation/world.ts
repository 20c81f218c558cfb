import type { ManagerDefinition, WorldDefinition } from "../../src/simulator/world-definition";
import { canary } from "./canary";
import type { Chance } from "./chance";

/** Managers by name, and the hosts they run on. `tokyo` is the integrated one. */
export const HOST_OF = { tokyo: "immhost01", osaka: "immhost-osaka", nagoya: "immhost-nagoya" } as const;
export type ManagerName = keyof typeof HOST_OF;

/** An integrated manager of others, which uses the same names as `tokyo` does. */
export const OTHER_MANAGER = { name: "kyoto", host: "immhost02" } as const;

/** What may be declared. `foreign.*` and the like are there before, or are made by somebody else. */
export const CLIENTS = ["c1", "c2", "c/3", "c4"] as const;
export const KEYS = ["k1", "k2", "k/3", "foreign.key"] as const;
export const VARIABLES = ["V1", "V2", "V3", "V4"] as const;

/** The number of keys that `full01` holds before anybody does anything, its own two among them. */
export const FULL = 996;

/** A small estate that holds one of everything that can go wrong. */
export function randomWorld(chance: Chance): WorldDefinition {
  const secret = () => canary(chance);
  const users = { jp1admin: { password: PASSWORD, permission: "JP1_Console_Admin" } } as const;
  const tokyo: ManagerDefinition = {
    host: HOST_OF.tokyo,
    users,
    subordinates: [HOST_OF.osaka, HOST_OF.nagoya],
    lowerManagers: chance.percent(25) ? [HOST_OF.nagoya] : [],
    clients: { "foreign-app": secret(), "guarded-app": secret() },
    agents: [
      { host: "web01", os: "linux", secrets: { "foreign.key": secret(), "guarded.key": secret() } },
      { host: "web02", os: "linux" },
      { host: "batch-{01..02}", os: "windows" },
      ...(chance.percent(10) ? [{ host: "full01", os: "windows", generateSecrets: FULL - 2 }] : []),
    ],
  };
  const osaka: ManagerDefinition = {
    host: HOST_OF.osaka,
    perRequestLogin: true,
    users,
    clients: { "osaka-app": secret() },
    agents: chance.percent(60) ? [{ host: "edge01", os: "linux", secrets: { "foreign.key": secret() } }] : [],
  };
  const nagoya: ManagerDefinition = { host: HOST_OF.nagoya, users, initialSecret: NAGOYA_INITIALS[0] };
  return {
    apiVersion: "jp1im-simulator/v1",
    // A proxy in front of it may let little through at once.
    ...(chance.percent(8) && { bodyLimit: 260 }),
    managers: { tokyo, osaka, nagoya, [OTHER_MANAGER.name]: otherManager() },
  };
}

/** It takes no chance, so that the rest of a world is the same with it and without it. */
function otherManager(): ManagerDefinition {
  const users = { jp1admin: { password: PASSWORD, permission: "JP1_Console_Admin" } } as const;
  const secrets = Object.fromEntries(KEYS.map((key) => [key, OTHERS_SECRET]));
  return {
    host: OTHER_MANAGER.host,
    users,
    clients: Object.fromEntries(CLIENTS.map((id) => [id, OTHERS_SECRET])),
    agents: [
      { host: "web01", os: "Linux", secrets },
      { host: "batch-01", os: "Windows", secrets },
    ],
  };
}

/** At most 32 bytes, as a JP1 password. */
export const PASSWORD = canary().slice(0, 30);
/** The first of them at first, and any one after a rotation. */
export const NAGOYA_INITIALS = [canary(), `${canary()}2`] as const;
const OTHERS_SECRET = canary();
