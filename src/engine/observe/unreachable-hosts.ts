import { ManagerError } from "../../api/manager-error";
import type { Clock } from "../../platform/clock";

/** Consecutive time-outs, or answers that a host is unreachable, after which requests for anything below it stop. */
const STRIKES = 3;

/** Total time that one run waits for failing requests below one manager. */
const PATIENCE_MS = 5 * 60_000;

/**
 * What a run knows about the hosts to which one manager forwards requests. It limits the cost of unreachable ones:
 * one dead host costs a few waits, not one for each of its agents, and a thousand dead hosts cost some minutes
 * together.
 */
export class UnreachableHosts {
  readonly #clock: Clock;
  /** Parallel requests share this time. */
  readonly #patience: number;
  #waited = 0;
  readonly #strikes = new Map<string, number>();
  readonly #closed = new Map<string, ManagerError>();
  /** Hosts whose last answer was good: they still get requests when the time is used up. */
  readonly #answering = new Set<string>();
  #last: ManagerError | undefined;

  constructor(clock: Clock, parallelism: number) {
    this.#clock = clock;
    this.#patience = PATIENCE_MS * parallelism;
  }

  /** Sends a request for something below `host`, or rejects with the reason why it is not worth waiting. */
  async ask<T>(host: string, call: () => Promise<T>): Promise<T> {
    const closed = this.#closed.get(host);
    if (closed) throw notAsked(closed, `the last ${STRIKES} requests for what is below ${host} ended so`);
    if (this.#last && this.#waited >= this.#patience && !this.#answering.has(host)) {
      throw notAsked(this.#last, `this run has waited ${PATIENCE_MS / 60_000} minutes for such requests`);
    }
    const since = this.#clock.now();
    try {
      const answer = await call();
      this.open(host);
      return answer;
    } catch (error) {
      if (error instanceof ManagerError) this.#failed(host, error, this.#clock.now() - since);
      throw error;
    }
  }

  /** The host is reachable. */
  open(host: string): void {
    this.#closed.delete(host);
    this.#strikes.delete(host);
    this.#answering.add(host);
  }

  #failed(host: string, error: ManagerError, waited: number): void {
    const { status = 0 } = error.details;
    if (status >= 400 && status < 500) return;
    this.#waited += waited;
    this.#last = error;
    this.#answering.delete(host);
    // Its manager tried an agent that is down, so the manager itself is alive.
    const strikes = isHostsFault(error) ? (this.#strikes.get(host) ?? 0) + 1 : 0;
    this.#strikes.set(host, strikes);
    if (strikes >= STRIKES) this.#closed.set(host, error);
  }
}

/** KAJY68203-E: the agent's manager is unreachable of `listAgentSecrets` (5.18.3). */
function isHostsFault({ details }: ManagerError): boolean {
  return details.messageId === "KAJY68203-E" || details.code === "manager-timeout";
}

/** The failure of earlier requests, for a request that was not sent and had no effect. */
function notAsked(cause: ManagerError, why: string): ManagerError {
  const summary = `not asked, as ${why}: ${cause.details.summary}`;
  return new ManagerError({ ...cause.details, effect: "none", summary }, { cause });
}
