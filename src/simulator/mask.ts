import type { ManagerDefinition, WorldDefinition } from "./world-definition";

const SHOWN = "(sensitive)";
const SECRET_FIELDS = new Set(["secret", "password", "initialsecret", "clientSecret"]);

/** A recorded body with its secret fields masked; one that is not JSON is masked as a whole. */
export function maskJsonText(body: string): string {
  if (body === "") return body;
  try {
    return JSON.stringify(JSON.parse(body), (key, value) => (SECRET_FIELDS.has(key) ? SHOWN : value));
  } catch {
    return SHOWN;
  }
}

/** A world without its secret values: names and keys stay. */
export function maskDefinition(definition: WorldDefinition): WorldDefinition {
  return { ...definition, managers: mapValues(definition.managers, maskManager) };
}

function maskManager(manager: ManagerDefinition): ManagerDefinition {
  return {
    ...manager,
    initialSecret: manager.initialSecret === undefined ? undefined : SHOWN,
    users: mapValues(manager.users, (user) => ({ ...user, password: SHOWN })),
    clients: mapValues(manager.clients ?? {}, hide),
    agents: (manager.agents ?? []).map((agent) => ({
      ...agent,
      secrets: mapValues(agent.secrets ?? {}, hide),
      connection: mapValues(agent.connection ?? {}, hide),
    })),
  };
}

function hide(): string {
  return SHOWN;
}

function mapValues<T, U>(record: Readonly<Record<string, T>>, change: (value: T) => U): Record<string, U> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]));
}
