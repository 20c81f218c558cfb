import type { PriorState } from "../../engine/prior-state";
import { type AgentRef, agentAddress } from "../../model/address";
import type { DesiredManager } from "../../model/desired-state";
import type { ListedItem } from "../../model/listing";
import { type SelectableAgent, secretsOf } from "../../resources/agent-secrets/selection";
import type { StateView } from "../../state/port";

type Owned = Pick<ListedItem, "declared" | "owned">;

/** Whether what a manager has is declared, and whether the state owns it. */
export class Ownership {
  readonly #desired: DesiredManager;
  readonly #prior: PriorState;
  readonly #state: StateView;
  readonly #clients: ReadonlySet<string>;
  /** In lower case, as a host name has no case. */
  readonly #declaredHosts: ReadonlySet<string>;
  readonly #ownedHosts: ReadonlySet<string>;

  constructor(desired: DesiredManager, prior: PriorState, state: StateView) {
    this.#desired = desired;
    this.#prior = prior;
    this.#state = state;
    this.#clients = new Set(desired.clients.map(({ id }) => id));
    this.#declaredHosts = new Set(desired.lowerManagers.map(({ host }) => host.toLowerCase()));
    this.#ownedHosts = new Set([...prior.named["lower-manager"].keys()].map((host) => host.toLowerCase()));
  }

  ofManager(): Owned {
    return { declared: true, owned: this.#prior.owned > 0 };
  }

  ofClient(id: string): Owned {
    return { declared: this.#clients.has(id), owned: this.#prior.named.client.has(id) };
  }

  ofLowerManager(host: string): Owned {
    const name = host.toLowerCase();
    return { declared: this.#declaredHosts.has(name), owned: this.#ownedHosts.has(name) };
  }

  ofAgent(agent: SelectableAgent): Owned {
    const { blocks } = secretsOf(agent, this.#desired.agents);
    return {
      declared: blocks.some(({ secrets }) => secrets.size > 0),
      owned: (this.#prior.agents.get(this.#addressOf(agent))?.count ?? 0) > 0,
    };
  }

  /** For the keys of one agent, of which there may be many. */
  ofKeys(agent: SelectableAgent): (key: string) => Owned {
    const { blocks } = secretsOf(agent, this.#desired.agents);
    const owned = this.#state.fingerprints(this.#addressOf(agent));
    return (key) => ({ declared: blocks.some(({ secrets }) => secrets.has(key)), owned: owned.has(key) });
  }

  #addressOf(agent: AgentRef): string {
    return agentAddress(this.#desired.name, agent);
  }
}
