import type { AgentDeletion, AgentReference } from "../../api/wire";
import { Limits } from "../../model/limits";
import { accept, refusal, statusRefusal } from "../answer";
import { type Call, type CallContext, stateOf } from "../call";
import type { WarningId } from "../messages";
import { type Reached, reachLowerManagers } from "../reach";
import { readBody, readList, readObject, readText } from "../read-body";
import { hasRightOn } from "../simulated-manager";
import { warningList } from "../warnings";

/**
 * `listAgents` (5.18.1). It leaves out a lower manager in trouble, with a warning, and what the user may not read,
 * without one.
 */
export const listAgents: Call = (context) => {
  const { world, manager, user, influence } = context;
  requireDatabase(context);
  const lists = [manager.listAgents(user)];
  const troubles: { host: string; trouble: WarningId }[] = [];
  for (const { host, manager: lower, trouble } of reachLowerManagers(world, manager, influence).values()) {
    if (trouble !== undefined) troubles.push({ host, trouble });
    else if (lower !== undefined) lists.push(lower.listAgents(user));
  }
  // Joined from strings: a large fleet's list has megabytes, and most of it is the same as last time.
  const agents = `{"agents":[${lists.filter((list) => list !== "").join(",")}]`;
  const tail =
    troubles.length === 0
      ? "}"
      : `,"messageList":${JSON.stringify(warningList(troubles, world.behaviours))}}`;
  return accept(agents + tail);
};

/**
 * `deleteAgents` (5.18.2). An unknown agent refuses the whole call; agents of a lower manager in trouble stay, with a
 * warning.
 */
export const deleteAgents: Call = (context) => {
  const { world, manager, user, influence } = context;
  const fields = readBody(context, undefined, ["agents"]);
  const references = readList(fields.agents, undefined, "agents", readReference, ({ agent, managerHost }) =>
    JSON.stringify([agent, managerHost]),
  );
  if (references.length > Limits.agentsPerDelete) {
    throw statusRefusal(400, `more than ${Limits.agentsPerDelete} agents`);
  }
  requireDatabase(context);
  const reached = reachLowerManagers(world, manager, influence);
  const homeOf = (host: string): Reached | undefined =>
    host === manager.host ? { host, manager } : reached.get(host);
  for (const { agent, managerHost } of references) {
    const home = homeOf(managerHost);
    const entry = home?.manager?.agents.get(agent);
    const known = home?.trouble !== undefined || (entry !== undefined && hasRightOn(user, entry));
    if (!known) throw statusRefusal(400, "there is no such agent under that manager");
  }
  const failed: AgentReference[] = [];
  const troubles = new Map<string, { host: string; trouble: WarningId }>();
  for (const [done, { agent, managerHost }] of references.entries()) {
    if (done === influence.interruptAfter) throw refusal("KAJY68501-E");
    const home = homeOf(managerHost);
    if (home?.trouble === undefined) home?.manager?.removeAgent(agent);
    else {
      failed.push({ agenthost: agent, managerhost: managerHost });
      troubles.set(managerHost, { host: managerHost, trouble: home.trouble });
    }
  }
  const answer: AgentDeletion = {
    errhostlist: failed,
    messageList: warningList(troubles.values(), world.behaviours),
  };
  return accept(failed.length === 0 ? "" : JSON.stringify(answer));
};

function readReference(value: unknown): { agent: string; managerHost: string } {
  const fields = readObject(value, undefined, ["agenthost", "managerhost"]);
  return {
    agent: readText(fields.agenthost, undefined, "agenthost", Limits.host),
    managerHost: readText(fields.managerhost, undefined, "managerhost", Limits.host),
  };
}

function requireDatabase({ manager, influence }: CallContext): void {
  if (stateOf(manager, influence) === "database-down") throw refusal("KAJY68501-E");
}
