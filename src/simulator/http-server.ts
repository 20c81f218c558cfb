import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import type { SimulatedAnswer, SimulatedRequest } from "./answer";

export interface ListenOptions {
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
  /** PEM texts; with them the server speaks HTTPS. */
  readonly tls?: { readonly cert: Buffer; readonly key: Buffer };
  /** Longest body that is read; a longer one reaches `answer` as an empty one, with its `content-length`. */
  readonly bodyLimit: number;
}

export interface Listener {
  readonly url: string;
  readonly port: number;
  /** Ends open connections as well. */
  close(): Promise<void>;
}

/** Serves `answer` over HTTP. Rejects with Node's error if it cannot listen. */
export async function listen(
  options: ListenOptions,
  answer: (request: SimulatedRequest) => Promise<SimulatedAnswer>,
): Promise<Listener> {
  const serve = (request: IncomingMessage, response: ServerResponse): void => {
    exchange(request, response, options.bodyLimit, answer).catch(() => request.socket.destroy());
  };
  const server = options.tls === undefined ? createServer(serve) : createTlsServer(options.tls, serve);
  // A client's pooled connection must stay open as long as with a real manager.
  server.keepAliveTimeout = 60_000;
  await started(server, options);
  const { port } = server.address() as AddressInfo;
  const name = options.host.includes(":") ? `[${options.host}]` : options.host;
  return {
    url: `${options.tls === undefined ? "http" : "https"}://${name}:${port}`,
    port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function started(server: Server, { host, port }: ListenOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => {
      server.off("error", reject);
      resolve();
    });
  });
}

async function exchange(
  request: IncomingMessage,
  response: ServerResponse,
  bodyLimit: number,
  answer: (request: SimulatedRequest) => Promise<SimulatedAnswer>,
): Promise<void> {
  const body = await readBody(request, bodyLimit);
  const { method = "", url = "", headers } = request;
  const given = await answer({ method, path: url, headers, body }).catch(bug);
  if (given.type === "dropped") {
    request.socket.destroy();
    return;
  }
  response.writeHead(given.status, {
    ...given.headers,
    "content-length": Buffer.byteLength(given.body),
  });
  response.end(given.body);
}

/** The answer to a bug: no request may cause it, but developers should see it if one does. */
function bug(error: unknown): SimulatedAnswer {
  const body = `bug in the simulator: ${error instanceof Error ? error.message : String(error)}`;
  return { type: "response", status: 500, headers: { "content-type": "text/plain" }, body };
}

/** Reads and discards the part of a body above the limit, so that the client receives its 413. */
function readBody(request: IncomingMessage, limit: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let length = 0;
    request.on("data", (chunk: Buffer) => {
      length += chunk.length;
      if (length <= limit) chunks.push(chunk);
      else chunks.length = 0;
    });
    request.on("end", () => resolve(Buffer.concat(chunks).toString("utf8")));
    request.on("error", reject);
  });
}
