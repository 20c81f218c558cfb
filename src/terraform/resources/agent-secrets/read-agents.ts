import { diagnosticsOfFault, isAgentUnknown, unplannedOfFault } from "../../../library/manager-diagnostic";
import type { ManagerRun } from "../../../library/manager-run/manager-run";
import { type AgentRef, agentAddress } from "../../../model/address";
import type { Unplanned } from "../../../model/plan";
import { onceForEach } from "../../once-for-each";
import { nameOf } from "./agent-name";

export type Reading =
  | { readonly is: "there"; readonly agent: AgentRef; readonly keys: ReadonlySet<string> }
  /** A complete list does not contain it. */
  | { readonly is: "gone"; readonly agent: AgentRef }
  | { readonly is: "unreachable"; readonly agent: AgentRef; readonly why: readonly Unplanned[] };

/**
 * Reads the keys on each agent. Agents with the same answer share one set. An agent that does not answer is never
 * *gone*.
 */
export function readAgents(run: ManagerRun, agents: readonly AgentRef[]) {
  const setOf = onceForEach((keys: readonly string[]) => new Set(keys));
  return Promise.all(
    agents.map(async (agent): Promise<Reading> => {
      try {
        return { is: "there", agent, keys: setOf(await run.answers.agentSecrets(agent)) };
      } catch (error) {
        const why = unplannedOfFault(error, agentAddress(run.name, agent));
        const isGone = isAgentUnknown(error) && (await isUnlisted(run, agent));
        return isGone ? { is: "gone", agent } : { is: "unreachable", agent, why };
      }
    }),
  );
}

async function isUnlisted(run: ManagerRun, agent: AgentRef): Promise<boolean> {
  try {
    const answer = await run.answers.agents();
    return answer.complete && !answer.value.some((each) => nameOf(each) === nameOf(agent));
  } catch (error) {
    return diagnosticsOfFault(error).length === 0;
  }
}
