import type { Behaviours } from "../../model/gaps";
import { Limits } from "../../model/limits";
import { accept, refusal } from "../answer";
import { agentStateOf, type Call, type CallContext, stateOf } from "../call";
import { deleteEach } from "../delete-each";
import { styledList } from "../key-list";
import { reachLowerManagers } from "../reach";
import { invalid, readBody, readList, readObject, readText } from "../read-body";
import type { SimulatedAgent } from "../simulated-agent";
import { hasRightOn, type SimulatedManager } from "../simulated-manager";

const INVALID = "KAJY68209-E";

/** `listAgentSecrets` (5.18.3) */
export const listAgentSecrets: Call = (context) => {
  const fields = readBody(unbracketed(context), INVALID, ["agenthost", "managerhost"]);
  const { secrets, kind } = findAgent(context, fields);
  return accept(styledList(secrets, [...kind.connection.keys()], context.world.behaviours) ?? secrets.list());
};

/**
 * `changeAgentSecrets` (5.18.4). Not atomic: the first item that fails ends the call, and those before it stay done.
 */
export const changeAgentSecrets: Call = (context) => {
  const { behaviours } = context.world;
  const fields = readBody(unbracketed(context), INVALID, ["agenthost", "managerhost"], ["add", "delete"]);
  const addTwice = (behaviours["secret-add-twice"] ?? "refused") !== "refused";
  const deleteTwice = behaviours["secret-delete-twice"] ?? "refused";
  const adds = readItems(fields.add, "add", ["key", "secret"], addTwice);
  const deletes = readItems(fields.delete, "delete", ["key"], deleteTwice !== "refused");
  if (adds.length + deletes.length === 0) throw invalid(INVALID, "nothing is to be changed");
  const agent = findAgent(context, fields);
  const asThere = <T extends { readonly key: string }>(item: T): T => ({
    ...item,
    key: spelled(item.key, agent, behaviours),
  });
  const named = deletes.map(({ key }) => spelled(key, agent, behaviours));
  const batch = splitBatch(
    adds.map(asThere),
    deleteTwice === "deleted" ? [...new Set(named)] : named,
    behaviours,
  );
  carryOutBatch(agent, batch, context);
  return accept("");
};

interface Batch {
  readonly added: readonly { readonly key: string; readonly secret: string }[];
  readonly deleted: readonly string[];
}

/** Separates the two lists: a key in both is added and not deleted, unless the world has another rule. */
function splitBatch(
  added: Batch["added"],
  deleted: readonly string[],
  { "secret-in-both": both = "added" }: Behaviours,
): Batch {
  const isDeleted = new Set(deleted);
  const isAdded = new Set(added.map(({ key }) => key));
  const shared = added.filter(({ key }) => isDeleted.has(key));
  if (shared.length > 0 && both === "refused") throw invalid(INVALID, "a key is both added and deleted");
  return {
    added: both === "not-added" ? added.filter(({ key }) => !isDeleted.has(key)) : added,
    deleted: deleted.filter((key) => !isAdded.has(key)),
  };
}

/** Deletions in their order, then additions in theirs. */
function carryOutBatch(agent: SimulatedAgent, { added, deleted }: Batch, context: CallContext): void {
  const { behaviours } = context.world;
  const { interruptAfter = Number.POSITIVE_INFINITY } = context.influence;
  requireRoom(agent, added, behaviours["secret-limit"] === "after-deletions" ? deleted : [], behaviours);
  if (agentStateOf(agent, context.influence) === "storage-full") throw refusal("KAJY00007-E");
  const batch = behaviours["secret-batch"];
  const failed = deleteEach(deleted, {
    ...{
      has: (key) => agent.secrets.has(key),
      remove: (key) => agent.deleteSecret(key),
      batch,
      interruptAfter,
    },
    missing: behaviours["secret-delete-missing"],
  });
  const isAddedAfterwards =
    behaviours["secret-add-beside-failure"] ?? (batch === "rest-deleted" ? "added" : "not-added");
  if (failed && isAddedAfterwards === "not-added") throw refusal("KAJY68207-E");
  for (const [done, { key, secret }] of added.entries()) {
    if (deleted.length + done >= interruptAfter) throw refusal("KAJY68207-E");
    agent.setSecret(key, secret);
  }
  if (failed) throw refusal("KAJY68207-E");
}

/** Checks the limit in the cautious interpretation: before any delete of the same call frees a place. */
function requireRoom(
  agent: SimulatedAgent,
  added: Batch["added"],
  freed: readonly string[],
  { "secret-limit": limit }: Behaviours,
): void {
  if (limit === "none") return;
  const created = new Set(added.map(({ key }) => key).filter((key) => !agent.secrets.has(key))).size;
  const left = agent.secrets.size - freed.filter((key) => agent.secrets.has(key)).length;
  if (left + created > Limits.secretsPerAgent) {
    throw refusal("KAJY68207-E", `the agent would hold more than ${Limits.secretsPerAgent} secrets`);
  }
}

/** The existing spelling of the key, if the world ignores the case of keys. */
function spelled(key: string, { secrets }: SimulatedAgent, behaviours: Behaviours): string {
  if (behaviours["secret-key-case"] !== "same" || secrets.has(key)) return key;
  for (const [each] of secrets.entries()) if (each.toLowerCase() === key.toLowerCase()) return each;
  return key;
}

/** Accepts a body in `[ ]`, if the world does. */
function unbracketed(context: CallContext): CallContext {
  const { body, world } = context;
  if (world.behaviours["body-brackets"] !== "accepted" || !Array.isArray(body)) return context;
  return { ...context, body: body.length === 1 ? body[0] : body };
}

function readItems(
  value: unknown,
  name: string,
  keys: readonly string[],
  allowsTwice: boolean,
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
  return readList(secrets, INVALID, `${name}.secrets`, read, ({ key }) => key, allowsTwice);
}

/** The agent that a request names, provided that everything between it and this manager works. */
function findAgent(context: CallContext, fields: Readonly<Record<string, unknown>>): SimulatedAgent {
  const host = readText(fields.agenthost, INVALID, "agenthost", Limits.host);
  const managerHost = readText(fields.managerhost, INVALID, "managerhost", Limits.host);
  const home = findHome(context, managerHost);
  const agent = home.agents.get(host) ?? inOtherCase(home.agents, host, context);
  if (agent === undefined || !hasRightOn(context.user, agent)) throw refusal("KAJY68205-E");
  const state = agentStateOf(agent, context.influence);
  if (state === "down" || !agent.connected) throw refusal("KAJY68212-E");
  if (state === "base-failed") throw refusal("KAJY68207-E");
  return agent;
}

function findHome({ world, manager, influence }: CallContext, host: string): SimulatedManager {
  const own = stateOf(manager, influence);
  if (own === "database-down") throw refusal("KAJY68501-E");
  if (own === "imbase-failed") throw refusal("KAJY68211-E");
  if (host === manager.host) return manager;
  const isSpelledFreely = world.behaviours["manager-host-case"] === "accepted";
  if (isSpelledFreely && host.toLowerCase() === manager.host.toLowerCase()) return manager;
  const lower = reachLowerManagers(world, manager, influence);
  const reached = lower.get(host) ?? (isSpelledFreely ? ofOtherCase(lower, host) : undefined);
  if (reached === undefined) throw refusal("KAJY68205-E");
  if (reached.trouble === "KAJY68500-W") throw refusal("KAJY68501-E");
  if (reached.trouble === "KAJY68210-W") throw refusal("KAJY68211-E");
  if (reached.manager === undefined) throw refusal("KAJY68203-E");
  return reached.manager;
}

function inOtherCase<T>(byHost: ReadonlyMap<string, T>, host: string, { world }: CallContext): T | undefined {
  return world.behaviours["agent-host-case"] === "accepted" ? ofOtherCase(byHost, host) : undefined;
}

function ofOtherCase<T>(byHost: ReadonlyMap<string, T>, host: string): T | undefined {
  for (const [each, entry] of byHost) if (each.toLowerCase() === host.toLowerCase()) return entry;
  return undefined;
}
