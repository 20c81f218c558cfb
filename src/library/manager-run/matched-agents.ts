import type { Agent, ManagerWarning } from "../../api/port";
import type { AgentRef } from "../../model/address";
import type { AgentSelector } from "../../model/desired-state";
import { type EmptySelection, emptySelection } from "../../resources/agent-secrets/empty-selection";
import { matches } from "../../resources/agent-secrets/selection";
import type { ManagerRun } from "./manager-run";

/** The agents of the manager's list that a selector matches. */
export interface MatchedAgents {
  readonly agents: readonly AgentRef[];
  /** False if the list does not cover every manager, so that the selector may match more. */
  readonly complete: boolean;
  readonly warnings: readonly ManagerWarning[];
  /** Present if a complete list has no matching agent. */
  readonly empty?: EmptySelection | undefined;
  /** All agents of the list, as `MANAGER_HOST/HOST`. */
  readonly listed: ReadonlySet<string>;
}

/** Rejects with a `ManagerError` if the agents cannot be listed at all. */
export async function matchedAgents(
  run: Pick<ManagerRun, "answers">,
  selector: AgentSelector,
): Promise<MatchedAgents> {
  const answer = await run.answers.agents();
  const listed: readonly Agent[] = answer.complete ? answer.value : answer.partial;
  const agents = listed.filter((agent) => matches(selector, agent));
  const isEmpty = answer.complete && agents.length === 0 && selector.by === "match";
  return {
    agents: agents.map(({ host, managerHost }) => ({ host, managerHost })),
    empty: isEmpty ? emptySelection(selector, listed) : undefined,
    listed: new Set(listed.map(({ host, managerHost }) => `${managerHost}/${host}`)),
    complete: answer.complete,
    warnings: answer.complete ? [] : answer.warnings,
  };
}

export { wildcard } from "../../resources/agent-secrets/selection";
