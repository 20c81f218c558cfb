import type { LowerManagerList, PartialAnswer } from "../../api/wire";
import type { Behaviours } from "../../model/gaps";
import { Limits } from "../../model/limits";
import { accept, refusal } from "../answer";
import { type Call, type CallContext, stateOf } from "../call";
import type { WarningId } from "../messages";
import { reach } from "../reach";
import { readBody, readList, readText } from "../read-body";
import { warningList } from "../warnings";
import { integratedManagerClient } from "../world";

/** `listLowerManagers` (5.19.1) */
export const listLowerManagers: Call = (context) => {
  requireDatabase(context);
  const answer: LowerManagerList = { subManagers: [...context.manager.lowerManagers] };
  return accept(JSON.stringify(answer));
};

/** `addLowerManager` (5.19.2). If it fails, nothing changes on either side. */
export const addLowerManager: Call = (context) => {
  const { world, manager, influence } = context;
  const fields = readBody(context, "KAJY68012-E", ["hostname", "initialsecret"]);
  const host = readText(fields.hostname, "KAJY68012-E", "hostname", Limits.host);
  const secret = readText(fields.initialsecret, "KAJY68012-E", "initialsecret", Limits.initialSecret);
  if (!manager.subordinates.has(host) || host === manager.host) {
    throw refusal("KAJY68012-E", "the host is not registered in IM Configuration Management");
  }
  requireDatabase(context);
  const lower = world.at(host);
  const state = lower && stateOf(lower, influence);
  if (lower === undefined || state === "down") throw refusal("KAJY68203-E");
  if (state === "database-down" || state === "imbase-failed" || lower.initialSecret !== secret) {
    throw refusal("KAJY68017-E");
  }
  // Adding again replaces the secret with which this manager logs in below.
  lower.clients.set(integratedManagerClient(manager.host), lower.newSecret());
  manager.lowerManagers.add(host);
  return accept("");
};

/**
 * `deleteLowerManagers` (5.19.3). An unknown host refuses the whole call; a host in trouble is deleted here but not
 * cleaned up there.
 */
export const deleteLowerManagers: Call = (context) => {
  const { world, manager, influence } = context;
  const fields = readBody(context, "KAJY68013-E", ["subManagers"]);
  const read = (host: unknown) => readText(host, "KAJY68013-E", "subManagers", Limits.host);
  const hosts = readList(fields.subManagers, "KAJY68013-E", "subManagers", read, (host) => host);
  requireDatabase(context);
  const missing = world.behaviours["lower-manager-delete-missing"] ?? "refused";
  if (missing === "refused" && !hosts.every((host) => manager.lowerManagers.has(host))) {
    throw refusal("KAJY68013-E", "a host is not one of the lower managers");
  }
  const troubles: { host: string; trouble: WarningId }[] = [];
  for (const [done, host] of hosts.entries()) {
    if (done === influence.interruptAfter) throw refusal("KAJY68501-E");
    const lower = reach(world, manager, host, influence);
    if (!manager.lowerManagers.delete(host)) {
      if (missing === "warned") troubles.push({ host, trouble: "KAJY68204-W" });
      continue;
    }
    // The clients are in the lower manager's database: its Integrated Management Base is not needed.
    if (lower.manager !== undefined && lower.trouble !== "KAJY68500-W") {
      lower.manager.clients.delete(integratedManagerClient(manager.host));
    } else troubles.push({ host, trouble: lower.trouble ?? "KAJY68204-W" });
  }
  return accept(troubles.length === 0 ? "" : JSON.stringify(partial(troubles, world.behaviours)));
};

function partial(
  troubles: readonly { host: string; trouble: WarningId }[],
  behaviours: Behaviours,
): PartialAnswer {
  return {
    errhostlist: troubles.map(({ host }) => host),
    messageList: warningList(troubles, behaviours),
  };
}

function requireDatabase({ manager, influence }: CallContext): void {
  if (stateOf(manager, influence) === "database-down") throw refusal("KAJY68501-E");
}
