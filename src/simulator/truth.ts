import type { SimulatedAgent } from "./simulated-agent";
import type { SimulatedManager } from "./simulated-manager";
import type { World } from "./world";
import {
  type AgentGroup,
  type ManagerDefinition,
  WORLD_VERSION,
  type WorldDefinition,
} from "./world-definition";

/** The whole present world with its secret values, as a world file that creates the same world again. */
export function worldTruth(world: World): WorldDefinition {
  return {
    apiVersion: WORLD_VERSION,
    snapshot: true,
    bodyLimit: world.bodyLimit,
    behaviours: Object.keys(world.behaviours).length > 0 ? world.behaviours : undefined,
    managers: Object.fromEntries([...world.managers].map(([name, manager]) => [name, managerTruth(manager)])),
  };
}

function managerTruth(manager: SimulatedManager): ManagerDefinition {
  const { definition, initialSecret } = manager;
  return {
    host: manager.host,
    port: definition.port,
    version: definition.version,
    tls: definition.tls,
    state: manager.state,
    perRequestLogin: manager.perRequestLogin || undefined,
    initialSecret,
    users: Object.fromEntries([...manager.users.values()].map(({ name, ...user }) => [name, user])),
    clients: Object.fromEntries(manager.clients),
    subordinates: [...manager.subordinates],
    lowerManagers: [...manager.lowerManagers],
    agents: [...manager.agents.values()].map(agentTruth),
  };
}

function agentTruth(agent: SimulatedAgent): AgentGroup {
  return {
    host: agent.host,
    os: agent.kind.os,
    state: agent.state,
    registered: agent.registeredTime,
    addons: agent.kind.addons,
    resourceGroups: agent.kind.resourceGroups,
    connection: Object.fromEntries(agent.kind.connection),
    secrets: Object.fromEntries(agent.secrets.entries()),
  };
}
