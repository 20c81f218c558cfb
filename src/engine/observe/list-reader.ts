import { ManagerError } from "../../api/manager-error";
import type { Agent } from "../../api/port";
import { agentAddress } from "../../model/address";
import { type KindName, kinds } from "../../model/kind-names";
import type { Unplanned } from "../../model/plan";
import { failedRequest } from "../../resources/failed-request";
import type { PlanContext } from "../context";
import { forEachLimited, inTurns } from "../limited";
import type { Observer } from "./observer";

export interface ObservedAgent {
  /** With the system and the add-ons that selectors match. */
  readonly agent: Agent;
  readonly keys: readonly string[];
}

/**
 * Reads the lists of one manager independently: a list that cannot be read is *unknown* and does not stop the others.
 */
export class ListReader {
  readonly #manager: string;
  readonly #observer: Observer;
  readonly #unknown: Unplanned[] = [];

  constructor(manager: string, observer: Observer) {
    this.#manager = manager;
    this.#observer = observer;
  }

  /** In the order of the addresses. */
  get unknown(): readonly Unplanned[] {
    return [...this.#unknown].sort((a, b) => (a.address < b.address ? -1 : 1));
  }

  /** All names of a kind that one list shows, sorted. */
  async names(kind: KindName): Promise<readonly string[]> {
    const place = `${this.#manager}/${kinds[kind].segment}`;
    const names = await this.attempt(place, () => this.#observer.names(kind));
    return [...new Set(names)].sort();
  }

  /** Each agent that the list covers, once. */
  async agents(): Promise<readonly Agent[]> {
    const address = `${this.#manager}/agent`;
    const answer = await this.attempt(address, () => this.#observer.agents());
    if (answer === undefined) return [];
    if (!answer.complete) {
      const warnings = answer.warnings.map(({ messageId, message }) => `${messageId}: ${message}`).join("; ");
      const detail = `the agent list does not cover every manager (${warnings})`;
      this.#unknown.push({ address, code: "manager-partial", detail });
    }
    const agents = answer.complete ? answer.value : answer.partial;
    const byAddress = new Map(agents.map((agent) => [agentAddress(this.#manager, agent), agent]));
    return [...byAddress.values()].sort(compareAgents);
  }

  /** The keys of each agent, in the order of the agents. */
  async keysOf(
    agents: readonly Agent[],
    { parallelism, report }: Pick<PlanContext, "parallelism" | "report">,
  ): Promise<readonly ObservedAgent[]> {
    const observed: ObservedAgent[] = [];
    report({ type: "phase", phase: "observe", total: agents.length });
    const order = inTurns(agents, ({ managerHost }) => managerHost);
    await forEachLimited(order, parallelism, async (agent) => {
      const address = agentAddress(this.#manager, agent);
      const keys = await this.attempt(address, () => this.#observer.agentSecrets(agent));
      if (keys) observed.push({ agent, keys });
      report({ type: "step", phase: "observe", address });
    });
    return observed.sort((a, b) => compareAgents(a.agent, b.agent));
  }

  /** `undefined` if it cannot be read, which `unknown` then says. */
  async attempt<T>(address: string, read: () => Promise<T>): Promise<T | undefined> {
    try {
      return await read();
    } catch (error) {
      if (!(error instanceof ManagerError)) throw error;
      this.#unknown.push(failedRequest(address, error));
      return undefined;
    }
  }
}

function compareAgents(a: Agent, b: Agent): number {
  if (a.managerHost !== b.managerHost) return a.managerHost < b.managerHost ? -1 : 1;
  return a.host < b.host ? -1 : 1;
}
