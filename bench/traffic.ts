import type { RecordedRequest } from "../src/simulator/recorder";

/**
 * Who is at work on which manager, as the managers see it: each cycle of a replica logs in once, and out at its end. A replica that is
 * killed logs out no more; its sessions are taken out by `forget`.
 */
export class Traffic {
  /** Where and when a second session began while one was open. */
  readonly overlaps: { readonly manager: string; readonly at: number }[] = [];
  requests = 0;
  logouts = 0;
  readonly #open = new Map<string, number>();
  readonly #awaited = new Map<string, (at: number) => void>();
  #last = 0;

  /** Takes the requests that have come since. Those that were forgotten before they were looked at are an error. */
  look(recorded: readonly RecordedRequest[]): void {
    const first = recorded[0]?.number ?? 1;
    if (first > this.#last + 1)
      throw new Error(`requests ${this.#last + 1} to ${first - 1} were not looked at`);
    for (const request of recorded.slice(this.#last + 1 - first)) this.#take(request);
  }

  #take({ number, at, manager, path }: RecordedRequest): void {
    this.#last = number;
    this.requests += 1;
    const sessions = this.#open.get(manager) ?? 0;
    if (path.endsWith("/login")) {
      if (sessions > 0) this.overlaps.push({ manager, at });
      this.#open.set(manager, sessions + 1);
      this.#awaited.get(manager)?.(at);
      this.#awaited.delete(manager);
    } else if (path.endsWith("/logout")) {
      this.logouts += 1;
      this.#open.set(manager, Math.max(0, sessions - 1));
    }
  }

  isOpen(manager: string): boolean {
    return (this.#open.get(manager) ?? 0) > 0;
  }

  /** The replica that had this manager is dead. Resolves to the time at which another one takes it. */
  taken(manager: string): Promise<number> {
    this.#open.set(manager, 0);
    return new Promise((resolve) => this.#awaited.set(manager, resolve));
  }
}
