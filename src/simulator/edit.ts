/** What others change in the world outside of the API: on an agent, on a manager, or in its configuration. */
import { Limits, refusedText } from "../model/limits";
import { secretCount } from "./check-world";
import { expandHosts, MAX_AGENTS } from "./expand-hosts";
import type { SimulatedManager } from "./simulated-manager";
import type { AgentState, ManagerState } from "./states";
import type { World } from "./world";
import type { AgentGroup } from "./world-definition";

export type Edit = { readonly manager: string } & (
  | {
      readonly type: "set-agent-secret";
      readonly host: string;
      readonly key: string;
      readonly secret: string;
    }
  | { readonly type: "remove-agent-secret"; readonly host: string; readonly key: string }
  | { readonly type: "add-agents"; readonly agents: AgentGroup }
  | { readonly type: "remove-agent"; readonly host: string }
  | { readonly type: "set-agent-state"; readonly host: string; readonly state: AgentState }
  /** Any ID, including those of agents and managers; an existing client gets the secret. */
  | { readonly type: "create-client"; readonly id: string; readonly secret?: string }
  | { readonly type: "delete-client"; readonly id: string }
  | { readonly type: "set-initial-secret"; readonly secret: string }
  | { readonly type: "set-manager-state"; readonly state: ManagerState }
  | { readonly type: "set-subordinates"; readonly hosts: readonly string[] }
  | {
      readonly type: "set-resource-groups";
      readonly user: string;
      readonly resourceGroups: readonly string[];
    }
  | { readonly type: "end-sessions" }
);

/** An edit that cannot be made; nothing was changed. Its text holds no secret. */
export class EditError extends Error {
  override readonly name = "EditError";
}

/** Throws an `EditError`. */
export function applyEdit(world: World, edit: Edit): void {
  const manager = world.managers.get(edit.manager);
  if (manager === undefined) throw new EditError(`the world has no manager "${edit.manager}"`);
  switch (edit.type) {
    case "set-agent-secret":
      setSecret(manager, edit.host, edit.key, edit.secret);
      return;
    case "remove-agent-secret":
      if (!agentOf(manager, edit.host).deleteSecret(edit.key))
        throw new EditError(`no such key on ${edit.host}`);
      return;
    case "add-agents":
      requireSmallGroup(manager, edit.agents);
      if (manager.addAgents(edit.agents, world.clock.now()) === 0) throw new EditError("no agent was added");
      return;
    case "remove-agent":
      if (!manager.removeAgent(edit.host)) throw new EditError(`no agent "${edit.host}" on ${manager.name}`);
      return;
    case "set-agent-state":
      agentOf(manager, edit.host).state = edit.state;
      return;
    case "create-client":
      requireFitText("client ID", edit.id, Limits.clientId);
      if (edit.id.includes(":")) throw new EditError("the client ID is refused: it holds a colon");
      manager.clients.set(edit.id, edit.secret ?? manager.newSecret());
      return;
    case "delete-client":
      if (!manager.clients.delete(edit.id)) throw new EditError(`no client "${edit.id}" on ${manager.name}`);
      return;
    case "set-initial-secret":
      requireFitText("initial secret", edit.secret, Limits.initialSecret);
      manager.initialSecret = edit.secret;
      return;
    case "set-manager-state":
      manager.state = edit.state;
      return;
    case "set-subordinates":
      manager.subordinates.clear();
      for (const host of edit.hosts) manager.subordinates.add(host);
      return;
    case "set-resource-groups":
      userOf(manager, edit.user).resourceGroups = edit.resourceGroups;
      return;
    case "end-sessions":
      manager.sessions.clear();
  }
}

/** Like `jimasecret -add`, whether the manager reaches the agent or not. */
function setSecret(manager: SimulatedManager, host: string, key: string, secret: string): void {
  const agent = agentOf(manager, host);
  requireFitText("key", key, Limits.secretKey);
  requireFitText("secret", secret, Limits.secretValue);
  if (!agent.secrets.has(key) && agent.secrets.size >= Limits.secretsPerAgent) {
    throw new EditError(`${host} holds ${Limits.secretsPerAgent} secrets already`);
  }
  agent.setSecret(key, secret);
}

function requireSmallGroup(manager: SimulatedManager, group: AgentGroup): void {
  const hosts = expandHosts(group.host);
  if (hosts === undefined || manager.agents.size + hosts.length > MAX_AGENTS) {
    throw new EditError(`"${group.host}" runs backwards or gives more than ${MAX_AGENTS} agents`);
  }
  if (secretCount(group) > Limits.secretsPerAgent) {
    throw new EditError(`an agent holds at most ${Limits.secretsPerAgent} secrets, its own two among them`);
  }
}

function agentOf(manager: SimulatedManager, host: string) {
  const agent = manager.agents.get(host);
  if (agent === undefined) throw new EditError(`no agent "${host}" on ${manager.name}`);
  return agent;
}

function userOf(manager: SimulatedManager, name: string) {
  const user = manager.users.get(name.toLowerCase());
  if (user === undefined) throw new EditError(`no user "${name}" on ${manager.name}`);
  return user;
}

function requireFitText(
  name: string,
  text: string,
  limit: { readonly min: number; readonly max: number },
): void {
  const reason = refusedText(text, limit);
  if (reason !== undefined) throw new EditError(`the ${name} is refused: ${reason}`);
}
