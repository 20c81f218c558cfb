import type { Agent, Answer, ManagerPort } from "../../api/port";
import { type AgentRef, agentAddress } from "../../model/address";
import type { KindName } from "../../model/kind-names";
import type { ListedKeys } from "../../model/listed-keys";
import { resourceKind } from "../../resources/kinds";
import type { StateView } from "../../state/port";
import { ownedNames, type PriorState } from "../prior-state";

/** What planning reads of one manager. Every method rejects with a `ManagerError` and with nothing else. */
export interface Observer {
  /** Of all that the manager has of a kind that one list shows. */
  names(kind: KindName): Promise<readonly string[]>;
  /** `undefined`: this observer cannot tell. */
  agents(): Promise<Answer<readonly Agent[]> | undefined>;
  agentSecrets(agent: AgentRef): Promise<ListedKeys>;
  /** The same, or `undefined` where the manager's answer is the one that the digest was made of. */
  changedAgentSecrets(agent: AgentRef, answerDigest: string): Promise<ListedKeys | undefined>;
}

/** Asks the manager itself; `connect` is called at the first question only. */
export function liveObserver(connect: () => Promise<ManagerPort>): Observer {
  // The one list that many agents may need the answer of.
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

/** The same of many managers: one for each, which keeps what was answered. */
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

/** Takes what the state holds for what is there (`--refresh=false`). */
export function recordedObserver(prior: PriorState, state: StateView): Observer {
  const agentSecrets = async (agent: AgentRef) => [
    ...state.fingerprints(agentAddress(prior.manager, agent)).keys(),
  ];
  return {
    names: async (kind) => ownedNames(prior, kind),
    // Operating systems and add-ons are not in the state, so the list of agents is not known from it.
    agents: async () => undefined,
    agentSecrets,
    changedAgentSecrets: agentSecrets,
  };
}

/**
 * The manager that will be lost, seen as the new one that will stand in its place: nothing is issued or added there yet,
 * and the agents are the same. It is asked nevertheless, so that a login or a permission that is missing shows.
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
