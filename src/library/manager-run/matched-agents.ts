import type { Agent, ManagerWarning } from "../../api/port";
import type { AgentRef } from "../../model/address";
import type { AgentSelector } from "../../model/desired-state";
import { matches } from "../../resources/agent-secrets/selection";
import type { ManagerRun } from "./manager-run";

/** The agents of the manager's list that a selector matches. */
export interface MatchedAgents {
  readonly agents: readonly AgentRef[];
  /** False: the list does not cover every manager, and the selector may match more. */
  readonly complete: boolean;
  readonly warnings: readonly ManagerWarning[];
}

/** Rejects with a `ManagerError` where the agents cannot be listed at all. */
export async function matchedAgents(
  run: Pick<ManagerRun, "answers">,
  selector: AgentSelector,
): Promise<MatchedAgents> {
  const answer = await run.answers.agents();
  const listed: readonly Agent[] = answer.complete ? answer.value : answer.partial;
  return {
    agents: listed
      .filter((agent) => matches(selector, agent))
      .map(({ host, managerHost }) => ({ host, managerHost })),
    complete: answer.complete,
    warnings: answer.complete ? [] : answer.warnings,
  };
}

export { wildcard } from "../../resources/agent-secrets/selection";
