import { ManagerError } from "../../api/manager-error";
import type { ManagerPort } from "../../api/port";
import type { Clock } from "../../platform/clock";
import { UnreachableHosts } from "./unreachable-hosts";

/** Consecutive time-outs after which a manager gets no more requests; those below one host count as one. */
const TIMEOUTS_TO_GIVE_UP = 3;

/**
 * A port that stops sending once the manager is unreachable, refuses the login, or does not answer: ten thousand
 * agents behind one dead manager cost a few failures, and a wrong password does not lock the account. A fault of only
 * one host behind the manager closes that host; requests for the others continue.
 */
export function withCircuitBreaker(port: ManagerPort, clock: Clock, parallelism: number): ManagerPort {
  const hosts = new UnreachableHosts(clock, parallelism);
  const silence = new Set<string>();
  let asked = 0;
  let lost: ManagerError | undefined;
  const ask = async <T>(place: string, call: () => Promise<T>): Promise<T> => {
    if (lost) throw notAskedAgain(lost);
    try {
      const answer = await call();
      silence.clear();
      return answer;
    } catch (error) {
      if (!(error instanceof ManagerError)) throw error;
      if (error.details.code === "manager-timeout") silence.add(place);
      else silence.clear();
      if (isLost(error) || silence.size >= TIMEOUTS_TO_GIVE_UP) lost = error;
      throw error;
    }
  };
  const own = <T>(call: () => Promise<T>): Promise<T> => ask(`#${asked++}`, call);
  const below = async <T>(host: string, call: () => Promise<T>): Promise<T> => {
    if (lost) throw notAskedAgain(lost);
    return hosts.ask(host, () => ask(host, call));
  };
  return {
    ...eachCall(port, own),
    putLowerManager: async (host, secret) => {
      // Adding a host may make an unreachable one reachable.
      await below(`put ${host}`, () => port.putLowerManager(host, secret));
      hosts.open(host);
    },
    listAgentSecrets: (agent) => below(agent.managerHost, () => port.listAgentSecrets(agent)),
    listChangedAgentSecrets: (agent, digest) =>
      below(agent.managerHost, () => port.listChangedAgentSecrets(agent, digest)),
    changeAgentSecrets: (agent, change) =>
      below(agent.managerHost, () => port.changeAgentSecrets(agent, change)),
    close: () => port.close(),
  };
}

/** Wraps every call of the port in `ask`, also those that only one kind of resource uses. */
function eachCall(port: ManagerPort, ask: <T>(call: () => Promise<T>) => Promise<T>): ManagerPort {
  const calls = port as unknown as Readonly<Record<string, (...given: unknown[]) => Promise<unknown>>>;
  return Object.fromEntries(
    namesOfCalls(port).map((name) => [
      name,
      (...given: unknown[]) => ask(async () => calls[name]?.(...given)),
    ]),
  ) as unknown as ManagerPort;
}

function namesOfCalls(port: object): readonly string[] {
  const names = new Set<string>();
  for (let each: object | null = port; each && each !== Object.prototype; each = Object.getPrototypeOf(each))
    for (const name of Object.getOwnPropertyNames(each)) names.add(name);
  names.delete("constructor");
  return [...names];
}

function isLost({ details }: ManagerError): boolean {
  // A sent write without an answer proves little about the manager; the read that follows it does.
  const isUnreachable = details.code === "manager-unreachable" && details.effect === "none";
  return isUnreachable || details.code === "manager-tls" || details.status === 401;
}

/** The same failure for a request that was not sent, so that it had no effect. */
function notAskedAgain(lost: ManagerError): ManagerError {
  // The failed request may have been about something else.
  const summary = `not asked any more: ${lost.details.summary}`;
  return new ManagerError({ ...lost.details, effect: "none", summary }, { cause: lost });
}
