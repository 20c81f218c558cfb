import type { Agent, Answer, ManagerPort } from "../../api/port";
import { type AgentRef, agentAddress } from "../../model/address";
import type { KindName } from "../../model/kind-names";
import type { ListedKeys } from "../../model/listed-keys";
import { resourceKind } from "../../resources/kinds";
import type { StateView } from "../../state/port";
import { ownedNames, type PriorState } from "../prior-state";

/** What planning reads of one manager. Every method rejects with a `ManagerError` and with nothing else. */
export interface Observer {
  /** All names that the manager has of a kind that one list shows. */
  names(kind: KindName): Promise<readonly string[]>;
  /** `undefined` if this observer does not know the agents. */
  agents(): Promise<Answer<readonly Agent[]> | undefined>;
  agentSecrets(agent: AgentRef): Promise<ListedKeys>;
  /** The same, or `undefined` if the manager's answer has that digest. */
  changedAgentSecrets(agent: AgentRef, answerDigest: string): Promise<ListedKeys | undefined>;
}

/** Asks the manager itself; `connect` is called only at the first question. */
export function liveObserver(connect: () => Promise<ManagerPort>): Observer {
  // Many agents may need this list.
  let agents: Promise<Answer<readonly Agent[]>> | undefined;
  const listAgents = async () => (await connect()).listAgents();
  return {
    names: async (kind) => (await resourceKind(kind).list?.(await connect())) ?? [],
    agents: () => {
      agents ??= listAgents();
      return agents;
    },
    agentSecrets: async (agent) => (await connect()).listAgentSecrets(agent),
    changedAgentSecrets: async (agent, digest) => (await connect()).listChangedAgentSecrets(agent, digest),
  };
}

/** The same for many managers: one observer for each, which remembers the answers. */
export function liveObservers(
  connect: (manager: string) => Promise<ManagerPort>,
): (manager: string) => Observer {
  const observers = new Map<string, Observer>();
  return (manager) => {
    const observer = observers.get(manager) ?? liveObserver(() => connect(manager));
    observers.set(manager, observer);
    return observer;
  };
}

/** Takes the state's records as what exists (`--refresh=false`). */
export function recordedObserver(prior: PriorState, state: StateView): Observer {
  const agentSecrets = async (agent: AgentRef) => [
    ...state.fingerprints(agentAddress(prior.manager, agent)).keys(),
  ];
  return {
    names: async (kind) => ownedNames(prior, kind),
    // The state has no operating systems and add-ons, so it cannot give the list of agents.
    agents: async () => undefined,
    agentSecrets,
    changedAgentSecrets: agentSecrets,
  };
}

/**
 * Shows the manager that will be lost as the new one in its place: without clients and lower managers, and with the
 * same agents. It still asks the manager, so that a missing login or permission shows.
 */
export function rehearsingObserver(live: Observer): Observer {
  return {
    ...live,
    names: async (kind) => {
      await live.names(kind);
      return [];
    },
  };
}
