import { type Transport, TransportError, type TransportRequest } from "../../src/api/transport";
import type { Platform } from "../../src/index";
import type { DesiredManager } from "../../src/model/desired-state";
import { type Rig, simulatedTransport } from "./rig";
import { VirtualClock } from "./virtual-clock";

/** How long a request takes that ends in a `TransportError`, in milliseconds. */
export const WAIT = 30_000;

/** How long a request takes before the simulator sees it, in milliseconds; or the error that it ends in. */
export type Slow = (request: TransportRequest, manager: DesiredManager) => number | TransportError;

/** A rig whose requests take as long as they are told to, in virtual time, and are counted by manager. */
export class SlowRig {
  readonly clock = new VirtualClock();
  /** The most requests in flight at one moment. */
  readonly most = new Map<string, number>();
  /** When the last request but the logout ended, in milliseconds from the beginning: all log out at the end of the run. */
  readonly ended = new Map<string, number>();
  /** Requests, but for logging in and out. */
  sent = 0;
  readonly #begun = this.clock.now();
  readonly #inFlight = new Map<string, number>();
  readonly #rig: Rig;
  readonly #slow: Slow;

  constructor(rig: Rig, slow: Slow) {
    this.#rig = rig;
    this.#slow = slow;
  }

  get elapsed(): number {
    return this.clock.now() - this.#begun;
  }

  platform(): Platform {
    return { ...this.#rig.platform(), clock: this.clock, transport: (manager) => this.#transport(manager) };
  }

  #transport(manager: DesiredManager): Transport {
    const inner = simulatedTransport(this.#rig.simulation, manager);
    return {
      ...inner,
      send: async (request) => {
        this.#count(manager.name, 1);
        if (!/\/log(in|out)$/.test(request.path)) this.sent += 1;
        try {
          await this.#wait(this.#slow(request, manager), request);
          return await inner.send(request);
        } finally {
          this.#count(manager.name, -1);
          if (!request.path.endsWith("/logout")) this.ended.set(manager.name, this.elapsed);
        }
      },
    };
  }

  #count(name: string, step: 1 | -1): void {
    const inFlight = (this.#inFlight.get(name) ?? 0) + step;
    this.#inFlight.set(name, inFlight);
    this.most.set(name, Math.max(this.most.get(name) ?? 0, inFlight));
  }

  async #wait(slow: number | TransportError, { deadline = WAIT }: TransportRequest): Promise<void> {
    if (slow instanceof TransportError) {
      await this.clock.sleep(Math.min(WAIT, deadline));
      throw slow;
    }
    if (slow > 0) await this.clock.sleep(slow);
  }
}
