import type { RawPort } from "../../api/raw-port";
import type { AgentRef } from "../../model/address";
import { type DiagnosticError, failure } from "../../model/diagnostic";
import type { Leftovers } from "../../model/probe-intent";
import { suggest } from "../../model/shell-command";
import type { Journal } from "./journal";
import { isScratch } from "./scratch";
import type { ProbeSession } from "./session";

/**
 * Reads what a journal's probe left, and changes nothing. Rejects with a `ManagerError`, and with a `DiagnosticError`
 * (`probe-leftovers`) if the manager does not list the journal's agent, so that its keys cannot be listed.
 */
export async function findLeftovers(
  session: ProbeSession,
  { port }: RawPort,
  { agent, prefix, clients: mayClients }: Journal,
): Promise<Leftovers> {
  const listed = await port.listAgents();
  const agents = listed.complete ? listed.value : listed.partial;
  const isListed = agents.some(
    ({ host, managerHost }) => host === agent.host && managerHost === agent.managerHost,
  );
  if (!isListed) throw agentMissing(session, agent, prefix, listed.complete);
  const isLeft = (name: string) => isScratch(prefix, name);
  const keys = (await port.listAgentSecrets(agent)).filter(isLeft);
  const clients = mayClients ? (await port.listClients()).filter(isLeft) : [];
  return { agent, prefix, keys, clients };
}

function agentMissing(
  { manager, path }: ProbeSession,
  { managerHost, host }: AgentRef,
  prefix: string,
  isComplete: boolean,
): DiagnosticError {
  const { name } = manager;
  const byHand = `if the agent is gone for good, delete the clients that begin with ${prefix} and then the file ${path}`;
  return failure({
    code: "probe-leftovers",
    summary: `the journal of an earlier probe, ${path}, names the agent ${managerHost}/${host}, which ${name} does not list${isComplete ? "" : "; its list lacks the agents of some managers"}`,
    remedy: isComplete
      ? `${suggest("get", "agents", "--manager", name)} lists its agents; ${byHand}`
      : `run it again once all lower managers answer; ${byHand}`,
    address: name,
  });
}
