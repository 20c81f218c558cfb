import type { SimulatedRequest, SimulatedResponse } from "./answer";
import type { EffectOf } from "./fault";
import type { SimulatedAgent } from "./simulated-agent";
import type { SimulatedManager, SimulatedUser } from "./simulated-manager";
import type { AgentState, ManagerState } from "./states";
import type { World } from "./world";

/** How faults change the way one request is carried out. */
export interface Influence {
  readonly managerStates: readonly EffectOf<"manager-state">[];
  readonly agentStates: readonly EffectOf<"agent-state">[];
  readonly interruptAfter?: number | undefined;
  readonly bodyLimit?: number | undefined;
  readonly expireSession?: boolean;
}

export const noInfluence: Influence = { managerStates: [], agentStates: [] };

/** One call that has passed transport, authentication and permission. */
export interface CallContext {
  readonly world: World;
  readonly manager: SimulatedManager;
  readonly request: SimulatedRequest;
  /** The caller; `undefined` for a call that needs no JP1 user. */
  readonly user: SimulatedUser | undefined;
  /** The parsed body; `undefined` for a call without one. */
  readonly body: unknown;
  readonly influence: Influence;
}

/** Carries a call out, or throws a `Refusal`. */
export type Call = (context: CallContext) => SimulatedResponse;

export function stateOf(manager: SimulatedManager, influence: Influence): ManagerState {
  return influence.managerStates.find(({ host }) => host === manager.host)?.state ?? manager.state;
}

export function agentStateOf(agent: SimulatedAgent, influence: Influence): AgentState {
  return influence.agentStates.find(({ host }) => host === agent.host)?.state ?? agent.state;
}
