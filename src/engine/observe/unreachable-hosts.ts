import { ManagerError } from "../../api/manager-error";
import type { Clock } from "../../platform/clock";

/** Answers in a row that a host is unreachable, or time-outs, after which nothing below it is asked for. */
const STRIKES = 3;

/** How long one run waits, all in all, for what fails below one manager, while it has something in flight there. */
const PATIENCE_MS = 5 * 60_000;

/**
 * What a run has learnt of the hosts that one manager forwards requests to. It bounds what the unreachable cost: a
 * host that is gone costs a few waits and not one for each of its agents, and a thousand that are each gone cost
 * some minutes together.
 */
export class UnreachableHosts {
  readonly #clock: Clock;
  /** The requests that may wait at a time share the patience. */
  readonly #patience: number;
  #waited = 0;
  readonly #strikes = new Map<string, number>();
  readonly #closed = new Map<string, ManagerError>();
  /** Hosts whose last answer was a good one: they are asked even when the patience is at its end. */
  readonly #answering = new Set<string>();
  #last: ManagerError | undefined;

  constructor(clock: Clock, parallelism: number) {
    this.#clock = clock;
    this.#patience = PATIENCE_MS * parallelism;
  }

  /** Asks for something below `host`, or rejects with why that is not worth a wait any more. */
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
    // An agent that is down was tried by its manager, which is a sign of life of that one.
    const strikes = isHostsFault(error) ? (this.#strikes.get(host) ?? 0) + 1 : 0;
    this.#strikes.set(host, strikes);
    if (strikes >= STRIKES) this.#closed.set(host, error);
  }
}

/** KAJY68203-E: the agent's manager is unreachable of `listAgentSecrets` (5.18.3). */
function isHostsFault({ details }: ManagerError): boolean {
  return details.messageId === "KAJY68203-E" || details.code === "manager-timeout";
}

/** The failure of earlier requests for one that was never sent, and so had no effect. */
function notAsked(cause: ManagerError, why: string): ManagerError {
  const summary = `not asked, as ${why}: ${cause.details.summary}`;
  return new ManagerError({ ...cause.details, effect: "none", summary }, { cause });
}
