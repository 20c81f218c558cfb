import { ManagerError } from "../../api/manager-error";
import type { Agent } from "../../api/port";
import { type AgentRef, agentAddress } from "../../model/address";
import type { Unplanned } from "../../model/plan";
import { unplanned } from "../../resources/unplanned";
import type { PlanContext } from "../context";
import { forEachLimited, inTurns } from "../limited";
import type { Observer } from "./observer";

/** Everything that one manager shows, as far as it could be read. */
export interface ObservedManager {
  readonly clients: readonly string[];
  readonly lowerManagers: readonly string[];
  readonly agents: readonly ObservedAgent[];
  readonly unknown: readonly Unplanned[];
}

export interface ObservedAgent {
  /** With its system and add-ons, by which selectors choose. */
  readonly agent: Agent;
  readonly keys: readonly string[];
}

/** Reads every list of a manager. What cannot be read is *unknown*, and the rest goes on. */
export async function observeAll(
  manager: string,
  observer: Observer,
  { parallelism, report }: Pick<PlanContext, "parallelism" | "report">,
): Promise<ObservedManager> {
  const unknown: Unplanned[] = [];
  const known = async <T>(address: string, otherwise: T, read: () => Promise<T>): Promise<T> => {
    try {
      return await read();
    } catch (error) {
      if (!(error instanceof ManagerError)) throw error;
      unknown.push(unplanned(address, error));
      return otherwise;
    }
  };
  const [clients, lowerManagers, listed] = await Promise.all([
    known(`${manager}/client`, [], () => observer.clients()),
    known(`${manager}/lower-manager`, [], () => observer.lowerManagers()),
    known(`${manager}/agent`, [], () => listAgents(manager, observer, unknown)),
  ]);
  const agents: ObservedAgent[] = [];
  report({ type: "phase", phase: "observe", total: listed.length });
  const order = inTurns(listed, ({ managerHost }) => managerHost);
  await forEachLimited(order, parallelism, async (agent) => {
    const address = agentAddress(manager, agent);
    const keys = await known(address, undefined, () => observer.agentSecrets(agent));
    if (keys) agents.push({ agent, keys });
    report({ type: "step", phase: "observe", address });
  });
  return {
    clients: [...new Set(clients)].sort(),
    lowerManagers: [...new Set(lowerManagers)].sort(),
    agents: agents.sort((a, b) => compareAgents(a.agent, b.agent)),
    unknown: unknown.sort((a, b) => (a.address < b.address ? -1 : 1)),
  };
}

/** Each agent once. */
async function listAgents(
  manager: string,
  observer: Observer,
  unknown: Unplanned[],
): Promise<readonly Agent[]> {
  const answer = await observer.agents();
  if (answer === undefined) return [];
  if (!answer.complete) {
    const warnings = answer.warnings.map(({ messageId, message }) => `${messageId}: ${message}`).join("; ");
    const detail = `the agent list does not cover every manager (${warnings})`;
    unknown.push({ address: `${manager}/agent`, code: "manager-partial", detail });
  }
  const agents = answer.complete ? answer.value : answer.partial;
  return [...new Map(agents.map((agent) => [agentAddress(manager, agent), agent])).values()];
}

function compareAgents(a: AgentRef, b: AgentRef): number {
  if (a.managerHost !== b.managerHost) return a.managerHost < b.managerHost ? -1 : 1;
  return a.host < b.host ? -1 : 1;
}
