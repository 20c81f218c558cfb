import type { SecretValue } from "../../model/secret-value";
import { describeProxy } from "../../platform/proxy";
import type { SourceContext } from "../sources/source";
import { readJson } from "../tree/read-tree";
import type { Tree } from "../tree/tree";
import { VaultFault, type VaultReply } from "./fetch";
import type { VaultServer } from "./settings";
import { refusal, VaultError } from "./vault-error";
import { unknownCall } from "./wrong-server";

export interface VaultAnswer {
  readonly status: number;
  readonly answer: Tree | undefined;
}

export interface VaultCall {
  readonly method: "GET" | "POST";
  /** Below `/v1/`, encoded. */
  readonly path: string;
  /** Statuses besides success that count as an answer. */
  readonly accepted?: readonly number[];
  readonly body?: string;
  readonly token?: SecretValue;
}

/**
 * Statuses for too many requests, and for a server that is sealed, in standby or in maintenance: it carried nothing
 * out.
 */
const BUSY = [429, 503];
/** Pauses before retries, in milliseconds. They need no jitter, because each answer takes its own time. */
const PAUSES = [250, 500, 1000, 2000, 4000];
/** Consecutive busy answers, over all requests of a run, after which nothing is retried. */
const MOST_BUSY = 60;

/** The requests of a run to one server. */
export class VaultExchange {
  readonly server: VaultServer;
  readonly #ca: string | undefined;
  readonly #outside: Pick<SourceContext, "vaultFetch" | "pause">;
  readonly #turns = new Map<string, Promise<unknown>>();
  #busyInARow = 0;

  constructor(
    server: VaultServer,
    ca: string | undefined,
    outside: Pick<SourceContext, "vaultFetch" | "pause">,
  ) {
    this.server = server;
    this.#ca = ca;
    this.#outside = outside;
  }

  /** Rejects with a `VaultError`. Retries a few times if the server is busy. */
  async send(call: VaultCall): Promise<VaultAnswer> {
    const reply = await this.#patiently(call);
    const { accepted = [], path } = call;
    const isFine = (reply.status >= 200 && reply.status < 300) || accepted.includes(reply.status);
    const through = reply.proxy ? ` (through ${describeProxy(reply.proxy)})` : "";
    const wrong = reply.status === 404 ? unknownCall(this.server) : undefined;
    if (!isFine) throw wrong ?? refusal(reply.status, reply.body, path, `${this.server.address}${through}`);
    const answer = reply.body === "" ? undefined : readJson(reply.body);
    if (answer === undefined && reply.status === 200) throw this.malformed();
    return { status: reply.status, answer };
  }

  /** Runs pieces of work with the same name one after the other, whether the previous one succeeded or not. */
  inTurn<T>(name: string, work: () => Promise<T>): Promise<T> {
    const turn = (this.#turns.get(name) ?? Promise.resolve()).then(work, work);
    this.#turns.set(name, turn);
    return turn;
  }

  malformed(): VaultError {
    const { namespace: _, ...server } = this.server;
    const wrong = unknownCall(server);
    if (wrong !== undefined) return wrong;
    return new VaultError(
      `the vault at ${this.server.address} answered something else than its API specifies`,
      "check that the address is that of Vault or OpenBao, and the mount one of KV version 2",
    );
  }

  async #patiently(call: VaultCall): Promise<VaultReply> {
    for (let attempt = 0; ; attempt++) {
      const reply = await this.#once(call);
      const isBusy = BUSY.includes(reply.status);
      this.#busyInARow = isBusy ? this.#busyInARow + 1 : 0;
      const pause = PAUSES[attempt];
      if (!isBusy || pause === undefined || this.#busyInARow > MOST_BUSY) return reply;
      await this.#outside.pause(pause);
    }
  }

  async #once({ method, path, body, token }: VaultCall): Promise<VaultReply> {
    const { address, namespace } = this.server;
    const request = {
      method,
      url: new URL(`${address}/v1/${path}`),
      headers: {
        "x-vault-request": "true",
        ...(namespace !== undefined && { "x-vault-namespace": namespace }),
        ...(token && { "x-vault-token": headerText(token, this.server) }),
        ...(body !== undefined && { "content-type": "application/json" }),
      },
      body,
      ca: this.#ca,
    };
    return this.#outside.vaultFetch(request).catch((error) => {
      if (!(error instanceof VaultFault)) throw error;
      throw new VaultError(
        `the vault at ${address} cannot be reached: ${error.message}`,
        error.remedy ?? "check the address and the network",
      );
    });
  }
}

/** Refuses anything but printable ASCII: the HTTP library would show a token with a line end in its error. */
function headerText(token: SecretValue, { address }: VaultServer): string {
  const text = token.reveal();
  if (/^[\x21-\x7e]+$/.test(text)) return text;
  throw new VaultError(
    `the token for the vault at ${address} holds a blank or another character that no token has`,
    "correct its source",
  );
}
