/** A small HTTP(S) server whose every answer the test writes itself, and which keeps what it was sent. */
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from "node:http";
import { createServer as createTlsServer, type ServerOptions } from "node:https";
import type { AddressInfo, Socket } from "node:net";
import { type ConnectOptions, connectManager, type ManagerSettings } from "../../src/api/connect";
import { ManagerError, type ManagerErrorDetails } from "../../src/api/manager-error";
import type { ManagerPort } from "../../src/api/port";
import { SecretValue } from "../../src/model/secret-value";
import type { Clock } from "../../src/platform/clock";

export interface Received {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export type Answerer = (request: Received, response: ServerResponse, socket: Socket) => void;

export interface SmallServer {
  readonly url: string;
  readonly received: Received[];
  /** Connections opened so far. */
  connections(): number;
  close(): Promise<void>;
}

export async function startServer(answer: Answerer, tls?: ServerOptions): Promise<SmallServer> {
  const received: Received[] = [];
  let connections = 0;
  const listener = async (request: IncomingMessage, response: ServerResponse) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const entry = {
      method: request.method ?? "",
      url: request.url ?? "",
      headers: request.headers,
      body: Buffer.concat(chunks).toString(),
    };
    received.push(entry);
    answer(entry, response, request.socket);
  };
  const server = tls ? createTlsServer(tls, listener) : createServer(listener);
  server.on("connection", () => {
    connections += 1;
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `${tls ? "https" : "http"}://127.0.0.1:${port}`,
    received,
    connections: () => connections,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

export function json(
  response: ServerResponse,
  value: unknown,
  status = 200,
  headers: Record<string, string> = {},
) {
  const body = JSON.stringify(value);
  response.writeHead(status, { "Content-Type": "application/json", ...headers });
  response.end(body);
}

/** The manager's error object (5.2.6). */
export function refuse(response: ServerResponse, status: number, messageId: string, message = "no") {
  const exception = "jp.co.Hitachi.Exception";
  json(
    response,
    { timestamp: 0, status, error: "Error", exception, message, path: "/", messageId, returnCode: 1 },
    status,
  );
}

export const PASSWORD = 'pa"ss\\w/rd';

/** A port with delays that take no time. */
export function connect(
  url: string,
  settings: Partial<ManagerSettings> = {},
  options: ConnectOptions = {},
): ManagerPort {
  return connectManager(
    {
      name: "tokyo",
      url,
      credentials: { method: "user", user: "jp1admin", password: new SecretValue(PASSWORD) },
      ...settings,
    },
    { clock: instantClock(), ...options },
  );
}

/** Sleeping moves the time on and takes none. `slept` tells how long each sleep was, in milliseconds. */
export function instantClock(start = 0): Clock & { readonly slept: number[] } {
  let now = start;
  const slept: number[] = [];
  return {
    slept,
    now: () => now,
    elapsed: () => now,
    sleep: async (ms) => {
      slept.push(ms);
      now += ms;
    },
  };
}

/** The details of the `ManagerError` that a promise rejects with; anything else fails the test. */
export async function rejection(promise: Promise<unknown>): Promise<ManagerErrorDetails> {
  const outcome = await promise.then(
    () => "it resolved",
    (error: unknown) => error,
  );
  if (!(outcome instanceof ManagerError)) throw new Error("no ManagerError", { cause: outcome });
  return outcome.details;
}
