import { isAgentUnknown } from "../../../library/manager-diagnostic";
import type { ManagerRun } from "../../../library/manager-run/manager-run";
import type { AgentRef } from "../../../model/address";
import { isSameHost } from "../../../model/host";

/**
 * The agent in the spelling of the manager's list, because host names ignore case. The list is read only if the
 * manager does not know the given spelling.
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
  const match = listed.find((each) => isSameAgent(each, agent));
  return match && { host: match.host, managerHost: match.managerHost };
}
