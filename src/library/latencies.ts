import type { ManagerPort } from "../api/port";
import type { Clock } from "../platform/clock";

/** The durations of a run's reads, including retries and waiting. */
export class Latencies {
  readonly #clock: Clock;
  readonly #durations: number[] = [];

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get count(): number {
    return this.#durations.length;
  }

  /** Milliseconds; 0 if nothing was read. */
  get median(): number {
    const sorted = [...this.#durations].sort((a, b) => a - b);
    return sorted[Math.floor(sorted.length / 2)] ?? 0;
  }

  /** Wraps the port and times its lists, without failed ones. */
  time(port: ManagerPort): ManagerPort {
    return {
      version: () => port.version(),
      issueInitialSecret: () => port.issueInitialSecret(),
      issueClient: (id) => port.issueClient(id),
      listClients: () => this.#timed(() => port.listClients()),
      deleteClients: (ids) => port.deleteClients(ids),
      listLowerManagers: () => this.#timed(() => port.listLowerManagers()),
      putLowerManager: (host, secret) => port.putLowerManager(host, secret),
      deleteLowerManagers: (hosts) => port.deleteLowerManagers(hosts),
      listAgents: () => this.#timed(() => port.listAgents()),
      listAgentSecrets: (agent) => this.#timed(() => port.listAgentSecrets(agent)),
      listChangedAgentSecrets: (agent, digest) =>
        this.#timed(() => port.listChangedAgentSecrets(agent, digest)),
      changeAgentSecrets: (agent, change) => port.changeAgentSecrets(agent, change),
      close: () => port.close(),
    };
  }

  async #timed<T>(read: () => Promise<T>): Promise<T> {
    const start = this.#clock.now();
    const answer = await read();
    this.#durations.push(this.#clock.now() - start);
    return answer;
  }
}
