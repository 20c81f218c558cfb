import {
  type Transport,
  TransportError,
  type TransportReply,
  type TransportRequest,
} from "../../src/api/transport";
import type { SimulatedAnswer } from "../../src/simulator/answer";
import type { Fault } from "../../src/simulator/fault";
import type { Simulation } from "../../src/simulator/simulation";
import type { Chance } from "./chance";
import type { SimulatedProcess } from "./machine";
import type { Run } from "./run";
import type { VirtualTime } from "./virtual-time";
import type { ManagerName } from "./world";

/** What the client waits for an answer, as in `src/api`. */
const TIMEOUT_MS = 60_000;

/** What the network does to requests: a fault of the simulator, or one that keeps the client waiting too long. */
export type NetworkFault = Fault | SlowFault;

export interface SlowFault {
  readonly path: string;
  readonly skip: number;
  readonly times: number;
  /** When the manager carries out what the client gave up on: while that waits, a moment later, or never. */
  readonly slow: "before" | "late" | "never";
}

/** One request of a run to a manager, and what came of it. */
export interface Exchange {
  readonly run: Run;
  readonly manager: ManagerName;
  /** The path after `/im/api/v1/`. */
  readonly call: string;
  readonly isWrite: boolean;
  // biome-ignore lint/suspicious/noExplicitAny: the bodies of twelve calls, which the simulator checks.
  readonly body: any;
  /** What the client was answered; absent while it waits, `lost` where no answer came. */
  status?: number | "lost";
  /** Whether its process has slept before. */
  readonly isAfterSleep: boolean;
  /** The client secret that it issued, whether or not its answer came. */
  issued?: string | undefined;
}

const WRITES = new Set([
  "secret/generateInfo",
  "secret/client/generateInfo",
  "secret/client/deleteInfo",
  "subManagers/createInfo",
  "subManagers/deleteInfo",
  "agents/secrets/change",
]);

/** The request that shows what a write did; nothing shows an initial secret. */
export const READS: Readonly<Record<string, string>> = {
  "secret/client/generateInfo": "secret/client/list",
  "secret/client/deleteInfo": "secret/client/list",
  "subManagers/createInfo": "subManagers",
  "subManagers/deleteInfo": "subManagers",
  "agents/secrets/change": "agents/secrets",
};

export interface NetworkObserver {
  /** Before a request has any effect. */
  sent(exchange: Exchange): void;
  /** Lets the request take effect. */
  observe(exchange: Exchange, carryOut: () => void): void;
  answered(exchange: Exchange): void;
  struck(kind: string): void;
}

/** The network between the runs and the simulated managers. Requests take time, and so overtake each other. */
export class Network {
  readonly #simulation: Simulation;
  readonly #time: VirtualTime;
  readonly #observer: NetworkObserver;
  #chance: Chance;
  #slow: (SlowFault & { seen: number })[] = [];
  #open = 0;

  constructor(simulation: Simulation, time: VirtualTime, chance: Chance, observer: NetworkObserver) {
    this.#simulation = simulation;
    this.#time = time;
    this.#chance = chance;
    this.#observer = observer;
  }

  arm(faults: readonly NetworkFault[], chance: Chance): void {
    this.#chance = chance;
    for (const fault of faults) {
      if ("slow" in fault) this.#slow.push({ ...fault, seen: 0 });
      else this.#simulation.faults.add(fault);
    }
  }

  /** Ends the faults, and tells which of them struck. */
  disarm(): void {
    for (const { fault, struck } of this.#simulation.faults.list()) {
      for (let count = 0; count < struck; count++) this.#observer.struck(`request: ${kindOf(fault)}`);
    }
    this.#simulation.faults.clear();
    this.#slow = [];
  }

  /** Whether a request is still on its way, its client alive or not. */
  get busy(): boolean {
    return this.#open > 0;
  }

  transport(process: SimulatedProcess, run: Run, url: string): Transport {
    const manager = (new URL(url).hostname.split(".")[0] ?? "") as ManagerName;
    return { send: (request) => this.#send(process, run, manager, request), close: async () => {} };
  }

  async #send(
    process: SimulatedProcess,
    run: Run,
    manager: ManagerName,
    request: TransportRequest,
  ): Promise<TransportReply> {
    await process.wait();
    const exchange = exchangeOf(run, manager, request);
    this.#observer.sent(exchange);
    const slow = this.#strike(exchange);
    const answer = slow
      ? await this.#timeOut(exchange, request, slow)
      : await this.#handle(exchange, request);
    await process.wait(exchange.isWrite ? "write answered" : "look");
    if (answer === "timeout") throw this.#lost(exchange, "timeout", true);
    if (answer.type === "dropped") {
      // Whoever finds no server at all knows that nothing was sent.
      const isDown = this.#simulation.world.manager(manager).state === "down" && this.#chance.percent(50);
      throw this.#lost(exchange, isDown ? "unreachable" : "lost", !isDown);
    }
    exchange.status = answer.status;
    this.#observer.answered(exchange);
    return { status: answer.status, headers: answer.headers, body: Buffer.from(answer.body) };
  }

  #lost(exchange: Exchange, fault: "timeout" | "lost" | "unreachable", sent: boolean): TransportError {
    exchange.status = "lost";
    this.#observer.answered(exchange);
    return new TransportError(fault, sent, "no answer came");
  }

  /** The manager's side: it goes on whatever became of the client. */
  async #handle(exchange: Exchange, request: TransportRequest): Promise<SimulatedAnswer> {
    this.#open++;
    try {
      await this.#time.sleep(this.#chance.int(0, 20));
      const answer = await this.#carryOut(exchange, request);
      await this.#time.sleep(this.#chance.int(0, 20));
      return answer;
    } finally {
      this.#open--;
    }
  }

  async #timeOut(exchange: Exchange, request: TransportRequest, { slow }: SlowFault): Promise<"timeout"> {
    this.#observer.struck(`request: slow, carried out ${slow}`);
    if (slow === "before") await this.#handle(exchange, request);
    await this.#time.sleep(TIMEOUT_MS);
    // Before anybody looks again: a write that is carried out later than that is beyond any client's knowledge.
    if (slow === "late") this.#time.after(0, () => void this.#carryOut(exchange, request));
    return "timeout";
  }

  #carryOut(
    exchange: Exchange,
    { method, path, headers, body = "" }: TransportRequest,
  ): Promise<SimulatedAnswer> {
    const lower = Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]),
    );
    const framing = method === "POST" ? { "content-length": String(Buffer.byteLength(body)) } : {};
    let answer: Promise<SimulatedAnswer> | undefined;
    this.#observer.observe(exchange, () => {
      answer = this.#simulation.handle(exchange.manager, {
        method,
        path,
        headers: { ...framing, ...lower },
        body,
      });
    });
    return answer ?? Promise.resolve({ type: "dropped" });
  }

  #strike({ call }: Exchange): SlowFault | undefined {
    for (const fault of this.#slow) {
      if (fault.path !== "*" && fault.path !== call) continue;
      fault.seen++;
      if (fault.seen > fault.skip && fault.seen <= fault.skip + fault.times) return fault;
    }
    return undefined;
  }
}

function exchangeOf(run: Run, manager: ManagerName, { path, body = "" }: TransportRequest): Exchange {
  const call = path.replace("/im/api/v1/", "");
  const isAfterSleep = run.process.hasSlept;
  return {
    ...{ run, manager, call, isAfterSleep },
    isWrite: WRITES.has(call),
    body: body === "" ? {} : JSON.parse(body),
  };
}

function kindOf({ effect, path }: Fault): string {
  if (effect.type === "drop") return `dropped ${effect.when} its effect`;
  if (effect.type === "status") {
    return `answered ${effect.status}${effect.when === "after" ? " after its effect" : ""}`;
  }
  if (effect.type === "warning" || (effect.type === "manager-state" && path === "agents"))
    return "half an answer (-W)";
  return effect.type;
}
