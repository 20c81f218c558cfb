import { Limits } from "../../model/limits";
import { accept, refuse } from "../answer";
import { agentStateOf, type Call, type CallContext, stateOf } from "../call";
import { reachLowerManagers } from "../reach";
import { invalid, readList, readObject, readText } from "../read-body";
import type { SimulatedAgent } from "../simulated-agent";
import { hasRightOn, type SimulatedManager } from "../simulated-manager";

const INVALID = "KAJY68209-E";

/** `listAgentSecrets` (5.18.3) */
export const listAgentSecrets: Call = (context) => {
  const fields = readObject(context.body, INVALID, ["agenthost", "managerhost"]);
  return accept(findAgent(context, fields).secrets.list());
};

/** `changeAgentSecrets` (5.18.4). Not atomic: the first item that fails ends the call, and those before it stay done. */
export const changeAgentSecrets: Call = (context) => {
  const fields = readObject(context.body, INVALID, ["agenthost", "managerhost"], ["add", "delete"]);
  const added = readItems(fields.add, "add", ["key", "secret"]);
  const deleted = readItems(fields.delete, "delete", ["key"]);
  if (added.length + deleted.length === 0) throw invalid(INVALID, "nothing is to be changed");
  const agent = findAgent(context, fields);
  checkRoom(agent, added);
  const winners = new Set(added.map(({ key }) => key));
  let room = context.influence.interruptAfter ?? Number.POSITIVE_INFINITY;
  const full = agentStateOf(agent, context.influence) === "storage-full";
  for (const { key } of deleted) {
    if (winners.has(key)) continue;
    if (full) throw refuse("KAJY00007-E");
    if (room-- <= 0 || !agent.deleteSecret(key)) throw refuse("KAJY68207-E");
  }
  for (const { key, secret } of added) {
    if (full) throw refuse("KAJY00007-E");
    if (room-- <= 0) throw refuse("KAJY68207-E");
    agent.setSecret(key, secret);
  }
  return accept("");
};

/** The cautious reading of the limit: counted before any delete of the same call frees a place. */
function checkRoom(agent: SimulatedAgent, added: readonly { key: string }[]): void {
  const created = added.filter(({ key }) => !agent.secrets.has(key)).length;
  if (agent.secrets.size + created > Limits.secretsPerAgent) {
    throw refuse("KAJY68207-E", `the agent would hold more than ${Limits.secretsPerAgent} secrets`);
  }
}

function readItems(
  value: unknown,
  name: string,
  keys: readonly string[],
): { readonly key: string; readonly secret: string }[] {
  if (value === undefined) return [];
  const { secrets } = readObject(value, INVALID, ["secrets"]);
  const read = (item: unknown) => {
    const fields = readObject(item, INVALID, keys);
    return {
      key: readText(fields.key, INVALID, "key", Limits.secretKey),
      secret: keys.includes("secret") ? readText(fields.secret, INVALID, "secret", Limits.secretValue) : "",
    };
  };
  return readList(secrets, INVALID, `${name}.secrets`, read, ({ key }) => key);
}

/** The agent that a request names, provided that everything between it and this manager works. */
function findAgent(context: CallContext, fields: Readonly<Record<string, unknown>>): SimulatedAgent {
  const host = readText(fields.agenthost, INVALID, "agenthost", Limits.host);
  const managerHost = readText(fields.managerhost, INVALID, "managerhost", Limits.host);
  const home = findHome(context, managerHost);
  const agent = home.agents.get(host);
  if (agent === undefined || !hasRightOn(context.user, agent)) throw refuse("KAJY68205-E");
  const state = agentStateOf(agent, context.influence);
  if (state === "down" || !agent.connected) throw refuse("KAJY68212-E");
  if (state === "base-failed") throw refuse("KAJY68207-E");
  return agent;
}

function findHome({ world, manager, influence }: CallContext, host: string): SimulatedManager {
  const own = stateOf(manager, influence);
  if (own === "database-down") throw refuse("KAJY68501-E");
  if (own === "imbase-failed") throw refuse("KAJY68211-E");
  if (host === manager.host) return manager;
  const reached = reachLowerManagers(world, manager, influence).get(host);
  if (reached === undefined) throw refuse("KAJY68205-E");
  if (reached.trouble === "KAJY68500-W") throw refuse("KAJY68501-E");
  if (reached.trouble === "KAJY68210-W") throw refuse("KAJY68211-E");
  if (reached.manager === undefined) throw refuse("KAJY68203-E");
  return reached.manager;
}
