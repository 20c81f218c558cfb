import { ManagerError } from "../api/manager-error";
import type { ManagerPort } from "../api/port";

/** Time-outs in a row after which a manager is not asked any more in this run. */
const TIMEOUTS_TO_GIVE_UP = 3;

/**
 * A port that stops asking once the manager turns out unreachable, refuses the login, or keeps silent: ten thousand
 * agents behind one dead manager cost a few failures, and a wrong password does not lock the account.
 */
export function givingUp(port: ManagerPort): ManagerPort {
  let lost: ManagerError | undefined;
  let timeouts = 0;
  const ask = async <T>(call: () => Promise<T>): Promise<T> => {
    if (lost) throw notAskedAgain(lost);
    try {
      const answer = await call();
      timeouts = 0;
      return answer;
    } catch (error) {
      if (!(error instanceof ManagerError)) throw error;
      timeouts = error.details.code === "manager-timeout" ? timeouts + 1 : 0;
      if (isLost(error) || timeouts >= TIMEOUTS_TO_GIVE_UP) lost = error;
      throw error;
    }
  };
  return {
    version: () => ask(() => port.version()),
    issueInitialSecret: () => ask(() => port.issueInitialSecret()),
    issueClient: (id) => ask(() => port.issueClient(id)),
    listClients: () => ask(() => port.listClients()),
    deleteClients: (ids) => ask(() => port.deleteClients(ids)),
    listLowerManagers: () => ask(() => port.listLowerManagers()),
    putLowerManager: (host, secret) => ask(() => port.putLowerManager(host, secret)),
    deleteLowerManagers: (hosts) => ask(() => port.deleteLowerManagers(hosts)),
    listAgents: () => ask(() => port.listAgents()),
    deleteAgents: (agents) => ask(() => port.deleteAgents(agents)),
    listAgentSecrets: (agent) => ask(() => port.listAgentSecrets(agent)),
    changeAgentSecrets: (agent, change) => ask(() => port.changeAgentSecrets(agent, change)),
    close: () => port.close(),
  };
}

function isLost({ details }: ManagerError): boolean {
  // A write that was sent and got no answer says little about the manager; the new look that follows it does.
  const isUnreachable = details.code === "manager-unreachable" && details.effect === "none";
  return isUnreachable || details.code === "manager-tls" || details.status === 401;
}

/** The same failure for a request that was never sent, and so had no effect. */
function notAskedAgain(lost: ManagerError): ManagerError {
  return new ManagerError({ ...lost.details, effect: "none" }, { cause: lost });
}
