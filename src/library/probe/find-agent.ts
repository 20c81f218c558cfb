import type { Agent, Answer } from "../../api/port";
import { nearestTo } from "../../engine/nearest";
import type { AgentRef } from "../../model/address";
import { type DiagnosticError, failure } from "../../model/diagnostic";

/** The agent that `--agent` names, `HOST` or `MANAGERHOST/HOST`, as the manager lists it. Throws a `DiagnosticError`. */
export function findAgent(text: string, listed: Answer<readonly Agent[]>, manager: string): AgentRef {
  const [first = "", second] = text.split("/", 2);
  const agents = listed.complete ? listed.value : listed.partial;
  const matching = agents.filter(({ host, managerHost }) =>
    second === undefined ? host === first : managerHost === first && host === second,
  );
  const [agent, ...others] = matching;
  if (agent === undefined) throw unknown(text, agents, listed.complete, manager);
  if (others.length === 0) return { host: agent.host, managerHost: agent.managerHost };
  throw failure({
    code: "usage",
    summary: `--agent ${JSON.stringify(text)} names ${matching.length} agents of ${manager}`,
    remedy: `name one of them: ${matching.map(pathOf).join(", ")}`,
  });
}

function unknown(
  text: string,
  agents: readonly Agent[],
  isComplete: boolean,
  manager: string,
): DiagnosticError {
  const names = agents.flatMap((agent) => [agent.host, pathOf(agent)]);
  const nearest = nearestTo(text, names);
  return failure({
    code: isComplete ? "agent-unknown" : "manager-partial",
    summary: `${manager} lists no agent ${JSON.stringify(text)}${isComplete ? "" : ", and its list lacks the agents of some managers"}`,
    remedy: `name an agent on which nothing depends${nearest === undefined ? "" : `; did you mean ${nearest}?`} \`jp1im get agents --manager ${manager}\` lists them`,
    address: manager,
  });
}

function pathOf({ host, managerHost }: AgentRef): string {
  return `${managerHost}/${host}`;
}
