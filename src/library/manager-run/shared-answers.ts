import type { Agent, Answer, ManagerPort, ManagerVersion } from "../../api/port";
import type { Observer } from "../../engine/observe/observer";
import { type AgentRef, agentAddress } from "../../model/address";
import type { KindName } from "../../model/kind-names";

/** Observes a manager through its own answers. */
export interface LiveObserver extends Omit<Observer, "changedAgentSecrets"> {
  agents(): Promise<Answer<readonly Agent[]>>;
  version(): Promise<ManagerVersion>;
}

/**
 * Limit for remembered keys of agents: those of 10,000 agents with 100 each would need the memory of a small machine.
 */
const MOST_KEYS = 250_000;

/**
 * The answers of a manager so far, for all plans of one run: each list is requested once. An answer is used only for
 * plans, and only until a write that may have changed it. Failures are not remembered.
 */
export class SharedAnswers {
  readonly #observer: LiveObserver;
  #lists = new Map<string, Promise<unknown>>();
  #keys = new Map<string, Promise<readonly string[]>>();
  #keyCount = 0;

  constructor(observer: LiveObserver) {
    this.#observer = observer;
  }

  agents(): Promise<Answer<readonly Agent[]>> {
    return once(this.#lists, "agents", () => this.#observer.agents());
  }

  /** All names of a kind that one list shows. */
  names(kind: KindName): Promise<readonly string[]> {
    return once(this.#lists, kind, () => this.#observer.names(kind));
  }

  /** The keys of one agent's secrets. */
  agentSecrets(agent: AgentRef): Promise<readonly string[]> {
    const all = this.#keys;
    return once(all, agentAddress("", agent), async () => {
      const keys = await this.#observer.agentSecrets(agent);
      if (all === this.#keys) this.#countKeys(keys.length);
      return keys;
    });
  }

  /** The port, with known answers instead of its lists. */
  over(port: ManagerPort): ManagerPort {
    return {
      ...port,
      listAgents: () => this.agents(),
      listClients: () => this.names("client"),
      listLowerManagers: () => this.names("lower-manager"),
      listAgentSecrets: (agent) => this.agentSecrets(agent),
      listChangedAgentSecrets: (agent) => this.agentSecrets(agent),
    };
  }

  #countKeys(more: number): void {
    this.#keyCount += more;
    if (this.#keyCount > MOST_KEYS) this.forgetKeys();
  }

  /** Called after secrets were written to agents. It also forgets earlier requests that are not answered yet. */
  forgetKeys(): void {
    this.#keys = new Map();
    this.#keyCount = 0;
  }

  /** Called after any other write: a new lower manager has agents. */
  forget(): void {
    this.#lists = new Map();
    this.forgetKeys();
  }
}

function once<T>(known: Map<string, Promise<unknown>>, name: string, ask: () => Promise<T>): Promise<T> {
  const earlier = known.get(name) as Promise<T> | undefined;
  if (earlier) return earlier;
  const answer = ask();
  known.set(name, answer);
  answer.catch(() => known.delete(name));
  return answer;
}
