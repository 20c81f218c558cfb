import { diagnosticsOfFault } from "../../../library/manager-diagnostic";
import type { ManagerRun } from "../../../library/manager-run/manager-run";
import type { AgentRef } from "../../../model/address";
import { type Fault, fault, toFault } from "../../fault";
import { nameOf } from "./declared-part";

/** What a refresh found out about one agent. */
export type Reading =
  | { readonly is: "there"; readonly agent: AgentRef; readonly keys: ReadonlySet<string> }
  /** A complete list does not have it. */
  | { readonly is: "gone"; readonly agent: AgentRef }
  | { readonly is: "silent"; readonly agent: AgentRef; readonly fault: Fault };

/** The keys on each agent. One that does not answer is *silent*, and never gone. */
export function readAgents(run: ManagerRun, agents: readonly AgentRef[], severity: Fault["severity"]) {
  return Promise.all(
    agents.map(async (agent): Promise<Reading> => {
      try {
        return { is: "there", agent, keys: new Set(await run.answers.agentSecrets(agent)) };
      } catch (error) {
        const [diagnostic] = diagnosticsOfFault(error);
        if (await isGone(run, agent)) return { is: "gone", agent };
        const why = diagnostic && toFault(diagnostic);
        const what = `The secrets of ${nameOf(agent)} could not be read`;
        const detail = why ? `${why.summary}\n${why.detail}` : "Refresh again when it answers.";
        return { is: "silent", agent, fault: fault(undefined, what, detail, severity) };
      }
    }),
  );
}

/** The manager gives one answer for an agent that is not there and for one that the user has no right on. */
async function isGone(run: ManagerRun, agent: AgentRef): Promise<boolean> {
  try {
    const answer = await run.answers.agents();
    return answer.complete && !answer.value.some((each) => nameOf(each) === nameOf(agent));
  } catch (error) {
    return diagnosticsOfFault(error).length === 0;
  }
}
