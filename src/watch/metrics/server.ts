import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { failure } from "../../model/diagnostic";
import { errorCode } from "../../platform/error-code";

export interface ListenAddress {
  readonly host: string;
  readonly port: number;
}

/** The pages, by path. */
export type Pages = ReadonlyMap<string, () => Promise<Page>>;

export interface Page {
  readonly status: 200 | 500 | 503;
  readonly type: string;
  readonly text: string;
}

export interface Listening {
  /** `http://HOST:PORT`. */
  readonly url: string;
  close(): Promise<void>;
}

/** Only a scraper and a few probes connect. */
const MOST_CONNECTIONS = 64;
/** Milliseconds. A request has one line and a few headers. */
export const REQUEST_LIMITS = {
  headersTimeout: 5_000,
  requestTimeout: 5_000,
  connectionsCheckingInterval: 1_000,
};

/** Serves the pages over HTTP. Rejects with a `DiagnosticError` (`address-unusable`) if it cannot listen. */
export async function listen(
  { host, port }: ListenAddress,
  pages: Pages,
  limits = REQUEST_LIMITS,
): Promise<Listening> {
  const server = createServer(limits, (request, response) => {
    void answer(request, response, pages);
  });
  limitConnections(server);
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error) => reject(unusable(host, port, error)));
    server.listen(port, host, resolve);
  });
  // A connection that cannot be accepted, for lack of file handles, must not end the watch.
  server.on("error", () => undefined);
  return { url: urlOf(server, host), close: () => close(server) };
}

/** Above the limit, closes the connection whose last request is the oldest: a new one may be a probe. */
function limitConnections(server: Server): void {
  const open = new Set<Socket>();
  const use = (socket: Socket) => {
    open.delete(socket);
    open.add(socket);
  };
  server.on("connection", (socket) => {
    use(socket);
    socket.once("close", () => open.delete(socket));
    const [oldest] = open;
    if (open.size > MOST_CONNECTIONS) oldest?.destroy();
  });
  server.on("request", ({ socket }) => use(socket));
}

async function answer(request: IncomingMessage, response: ServerResponse, pages: Pages): Promise<void> {
  const page = pages.get((request.url ?? "").replace(/\?.*/, ""));
  if (page === undefined || !["GET", "HEAD"].includes(request.method ?? "")) {
    response.writeHead(page === undefined ? 404 : 405).end();
    return;
  }
  const { status, type, text } = await page().catch(() => UNANSWERED);
  response.writeHead(status, { "content-type": type, "cache-control": "no-store" });
  response.end(request.method === "HEAD" ? undefined : text);
}

/** A bug in a page must not end the watch. */
const UNANSWERED: Page = { status: 500, type: "text/plain; charset=utf-8", text: "not available\n" };

function urlOf(server: Server, host: string): string {
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return `http://${host.includes(":") ? `[${host}]` : host}:${port}`;
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

function unusable(host: string, port: number, error: unknown): Error {
  const code = errorCode(error) ?? "";
  const [why, remedy] = reasons[code] ?? [code, "give --listen an address of this machine"];
  return failure(
    {
      code: "address-unusable",
      summary: `metrics cannot be served at ${host}:${port}: ${why}`,
      remedy,
    },
    { cause: error },
  );
}

const reasons: Readonly<Record<string, readonly [why: string, remedy: string]>> = {
  EADDRINUSE: [
    "another process listens there",
    "give --listen HOST:PORT another port; --listen 127.0.0.1:0 takes a free one",
  ],
  EADDRNOTAVAIL: [
    "this machine has no such address",
    "give --listen 127.0.0.1:PORT, or 0.0.0.0:PORT for every address",
  ],
  ENOTFOUND: [
    "the host name is not known",
    "give --listen 127.0.0.1:PORT, or 0.0.0.0:PORT for every address",
  ],
  EACCES: ["this user may not listen there", "give --listen HOST:PORT a port from 1024 on"],
};
