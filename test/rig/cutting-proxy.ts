/** A network between a client and a server that can fail at every message of the client, counted over all connections. */
import { connect as connectTo, createServer, type Server, type Socket } from "node:net";

/**
 * What happens to one message: it never arrives, its answer never arrives, or it arrives only on `deliverLate`. The connection
 * is cut in each case.
 */
export type Cut = "before" | "after" | "late";

export class CuttingProxy {
  /** Messages of the client so far. */
  messages = 0;
  #cut: { readonly at: number; readonly how: Cut } | undefined;
  #late: (() => Promise<void>)[] = [];
  readonly #sockets = new Set<Socket>();
  readonly #server: Server;
  readonly #translate: (answer: Buffer) => Buffer;

  private constructor(target: number, translate: (answer: Buffer) => Buffer) {
    this.#translate = translate;
    this.#server = createServer((client) => this.#join(client, connectTo(target, "127.0.0.1")));
  }

  /** `translate` changes what the server answers. */
  static async start(target: number, translate = (answer: Buffer) => answer): Promise<CuttingProxy> {
    const proxy = new CuttingProxy(target, translate);
    await new Promise<void>((resolve) => proxy.#server.listen(0, "127.0.0.1", resolve));
    return proxy;
  }

  get port(): number {
    const address = this.#server.address();
    if (typeof address !== "object" || address === null) throw new Error("the proxy is closed");
    return address.port;
  }

  /** Counts from now on, and cuts at the message of that number, from 1. */
  cutAt(at: number, how: Cut): void {
    this.messages = 0;
    this.#cut = { at, how };
  }

  /** Hands over the messages that were held back, and waits for the server's answers. */
  async deliverLate(): Promise<void> {
    await Promise.all(this.#late.splice(0).map((deliver) => deliver()));
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #join(client: Socket, server: Socket): void {
    for (const socket of [client, server]) {
      this.#sockets.add(socket);
      socket.on("error", () => socket.destroy());
      socket.on("close", () => this.#sockets.delete(socket));
    }
    let isCut = false;
    client.on("data", (message) => {
      this.messages += 1;
      const how = this.messages === this.#cut?.at ? this.#cut.how : undefined;
      if (how === "late") this.#late.push(() => answered(server, message));
      else if (how !== "before") server.write(message);
      if (how === undefined) return;
      isCut = true;
      if (how !== "after") client.destroy();
      if (how === "before") server.destroy();
    });
    server.on("data", (answer) => {
      // The server has carried out what the client never hears of.
      if (isCut) client.destroy();
      else client.write(this.#translate(answer));
    });
    client.on("close", () => isCut || server.destroy());
    server.on("close", () => client.destroy());
  }
}

/** A part of a message is not answered: the server waits for the rest. */
const LONGEST_MS = 1_000;

function answered(server: Socket, message: Buffer): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, LONGEST_MS);
    const done = () => {
      clearTimeout(timer);
      resolve();
    };
    server.once("data", done);
    server.once("close", done);
    if (server.destroyed) done();
    else server.write(message);
  });
}
