/** A server that keeps the state of a history, and what the network and people do to it. */
import {
  type Transport,
  TransportError,
  type TransportReply,
  type TransportRequest,
} from "../../src/api/transport";
import { seededRandom } from "../../src/simulator/seeded-random";
import { openHttp } from "../../src/state/http/open-http";
import type { Storage } from "../../src/state/storage";
import { legible, StateServerStandIn } from "../state/state-server";
import type { Chance } from "./chance";
import type { SimulatedProcess } from "./machine";
import type { VirtualTime } from "./virtual-time";

const ORIGIN = "http://127.0.0.1:20800";
export const STATE_ADDRESS = `${ORIGIN}/states/{manager}`;
export const STATE_LOGIN = { TF_HTTP_USERNAME: "ops", TF_HTTP_PASSWORD: "s3cret" };
const AUTHORIZATION = `Basic ${Buffer.from("ops:s3cret").toString("base64")}`;

/** Less than a client makes. */
const MOST_TRIES = 4;

/** From the request number `skip` on, so many times. */
export interface StateFault {
  readonly type: "dropped before" | "dropped after" | "busy" | "unlocked by force";
  readonly skip: number;
  readonly times: number;
}

export function randomStateFault(chance: Chance): StateFault {
  return {
    type: chance.pick(["dropped before", "dropped after", "busy", "unlocked by force"]),
    skip: chance.int(0, 40),
    times: chance.pick([1, 1, 2, 4, 30]),
  };
}

export class StateService {
  readonly #server = new StateServerStandIn(
    "plain",
    STATE_LOGIN.TF_HTTP_USERNAME,
    STATE_LOGIN.TF_HTTP_PASSWORD,
  );
  readonly #time: VirtualTime;
  readonly #struck: (kind: string) => void;
  /** Since the step began: a fault struck that no number of tries outlasts. */
  hasFailedForGood = false;
  #faults: readonly StateFault[] = [];
  #chance: Chance;
  #requests = 0;
  #open = 0;

  constructor(time: VirtualTime, chance: Chance, struck: (kind: string) => void) {
    this.#time = time;
    this.#chance = chance;
    this.#struck = struck;
  }

  arm(faults: readonly StateFault[], chance: Chance): void {
    this.#faults = faults;
    this.#chance = chance;
    this.#requests = 0;
    this.hasFailedForGood = false;
  }

  disarm(): void {
    this.#faults = [];
  }

  /** Whether a request is still on its way, its client alive or not. */
  get busy(): boolean {
    return this.#open > 0;
  }

  transport(process: SimulatedProcess): Transport {
    return { send: (request) => this.#send(process, request), close: async () => {} };
  }

  /** What is there, for those who look at the history from outside: nothing fails for them. */
  storage(): Storage {
    return openHttp({
      addresses: { address: STATE_ADDRESS },
      send: async ({ method, url, body }) => {
        const path = url.slice(ORIGIN.length);
        return this.#carryOut({
          method,
          path,
          headers: HEADERS,
          maxBytes: 0,
          ...(body !== undefined && { body }),
        });
      },
      credentials: "",
      loginRemedy: "",
      owner: { who: "an onlooker", host: "outside", pid: 1 },
      clock: this.#time,
      random: seededRandom(this.#requests),
    });
  }

  /** Every document with what is packed in it, by name. */
  texts(): Map<string, string> {
    const documents = [...this.#server.documents].map(
      ([name, { body = "", lock }]) =>
        [
          `the state server's ${name}`,
          `${body === "" ? "" : legible(body)} ${JSON.stringify(lock ?? {})}`,
        ] as const,
    );
    return new Map(documents);
  }

  /** A person removes the locks of runs that are gone. */
  unlockAll(): void {
    for (const [name, { lock: _lock, ...rest }] of this.#server.documents)
      this.#server.documents.set(name, rest);
  }

  async #send(process: SimulatedProcess, request: TransportRequest): Promise<TransportReply> {
    await process.wait();
    const fault = this.#strike();
    if (fault === "unlocked by force") this.unlockAll();
    const reply = await this.#onItsWay(fault, request);
    await process.wait();
    if (reply === undefined) throw new TransportError("lost", true, "no answer came");
    return reply;
  }

  /** The server's side: it goes on whatever became of the client. */
  async #onItsWay(
    fault: StateFault["type"] | undefined,
    request: TransportRequest,
  ): Promise<TransportReply | undefined> {
    this.#open++;
    try {
      await this.#time.sleep(this.#chance.int(0, 20));
      if (fault === "busy") return { status: 503, headers: {}, body: Buffer.alloc(0) };
      const reply = fault === "dropped before" ? undefined : this.#carryOut(request);
      await this.#time.sleep(this.#chance.int(0, 20));
      return fault === "dropped after" ? undefined : reply;
    } finally {
      this.#open--;
    }
  }

  #carryOut({ method, path, headers, body = "" }: TransportRequest): TransportReply {
    const lower = Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]),
    );
    const { status, body: text = "" } = this.#server.answer({ method, url: path, headers: lower }, body);
    return { status, headers: {}, body: Buffer.from(text) };
  }

  #strike(): StateFault["type"] | undefined {
    const number = this.#requests++;
    const fault = this.#faults.find(({ skip, times }) => number >= skip && number < skip + times);
    if (fault === undefined) return undefined;
    this.#struck(`state server: ${fault.type}`);
    if (fault.times > MOST_TRIES || fault.type === "unlocked by force") this.hasFailedForGood = true;
    return fault.type;
  }
}

const HEADERS = { authorization: AUTHORIZATION, "content-type": "application/json" };
