import { lookup } from "node:dns/promises";
import { request as httpRequest } from "node:http";
import { request as httpsRequest } from "node:https";
import { connect, isIP, type Socket } from "node:net";
import type { HttpProxy } from "../platform/proxy";

/**
 * The steps of a connection to a server, one function each, to find out which step fails. Every function rejects with
 * Node's own errors.
 */
export interface Endpoint {
  /** Without the brackets of an IPv6 address. */
  readonly host: string;
  readonly port: number;
}

/** Milliseconds until a step is given up. */
const PATIENCE = 10_000;

export function endpointOf(url: URL): Endpoint {
  const { hostname, port, protocol } = url;
  const standard = protocol === "https:" ? 443 : 80;
  return { host: hostname.replace(/^\[|\]$/g, ""), port: port === "" ? standard : Number(port) };
}

/** The addresses of a host. The argument may itself be an address. */
export async function resolveHost(host: string): Promise<readonly string[]> {
  if (isIP(host) !== 0) return [host];
  return [...new Set((await lookup(host, { all: true })).map(({ address }) => address))];
}

export function openTcp({ host, port }: Endpoint): Promise<Socket> {
  const socket = connect({ host, port });
  return opened(socket, "connect");
}

/** A tunnel through a proxy. If the proxy refuses, it rejects with the status, in the words that `proxyFault` reads. */
export function openTunnel(proxy: HttpProxy, { host, port }: Endpoint): Promise<Socket> {
  const url = new URL(proxy.origin);
  const authority = `${host.includes(":") ? `[${host}]` : host}:${port}`;
  const authorization = proxy.authorization;
  const request = (url.protocol === "https:" ? httpsRequest : httpRequest)({
    ...endpointOf(url),
    method: "CONNECT",
    path: authority,
    agent: false,
    timeout: PATIENCE,
    headers: {
      host: authority,
      ...(authorization !== undefined && { "proxy-authorization": authorization }),
    },
  });
  return new Promise((resolve, reject) => {
    request.once("error", reject);
    request.once("timeout", () => request.destroy(timedOut()));
    request.once("connect", ({ statusCode = 0 }, socket) => {
      if (statusCode === 200) return resolve(socket as Socket);
      socket.destroy();
      reject(new Error(`Proxy response (${statusCode})`));
    });
    request.end();
  });
}

/** Resolves to the socket after `event`; closes a socket that fails or is too slow. */
export function opened<T extends Socket>(socket: T, event: "connect" | "secureConnect"): Promise<T> {
  return new Promise((resolve, reject) => {
    const fail = (error: Error) => {
      clearTimeout(timer);
      socket.destroy();
      reject(error);
    };
    const timer = setTimeout(() => fail(timedOut()), PATIENCE);
    socket.once("error", fail);
    socket.once(event, () => {
      clearTimeout(timer);
      socket.off("error", fail);
      // The next step reports a later fault.
      socket.on("error", () => {});
      resolve(socket);
    });
  });
}

function timedOut(): Error {
  return Object.assign(new Error("timed out"), { code: "ETIMEDOUT" });
}
