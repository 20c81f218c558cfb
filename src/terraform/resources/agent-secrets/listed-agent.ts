import { isAgentUnknown } from "../../../library/manager-diagnostic";
import type { ManagerRun } from "../../../library/manager-run/manager-run";
import type { AgentRef } from "../../../model/address";
import { isSameHost } from "../../../model/host";

/**
 * The agent as the manager's list spells it: host names are the same whatever their case. As given where the manager knows it
 * so, or does not tell. The list is asked for only where the manager does not know the agent.
 */
export async function listedAgent(agent: AgentRef, { answers }: Pick<ManagerRun, "answers">) {
  try {
    await answers.agentSecrets(agent);
    return agent;
  } catch (error) {
    return isAgentUnknown(error) ? ((await spelledOtherwise(agent, answers)) ?? agent) : agent;
  }
}

export function isSameAgent(one: AgentRef, other: AgentRef): boolean {
  return isSameHost(one.host, other.host) && isSameHost(one.managerHost, other.managerHost);
}

async function spelledOtherwise(
  agent: AgentRef,
  answers: ManagerRun["answers"],
): Promise<AgentRef | undefined> {
  const answer = await answers.agents().catch(() => undefined);
  const listed = answer === undefined ? [] : answer.complete ? answer.value : answer.partial;
  const found = listed.find((each) => isSameAgent(each, agent));
  return found && { host: found.host, managerHost: found.managerHost };
}
