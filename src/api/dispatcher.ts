import { type Dispatcher, Pool, ProxyAgent } from "undici";
import type { HttpProxy } from "../platform/proxy";
import { throughProxy } from "../platform/through-proxy";

/** All in milliseconds. */
export interface Timeouts {
  /** Until a connection is open, including its TLS handshake. */
  readonly connect: number;
  /** From the request to the end of the answer's headers. */
  readonly headers: number;
  /** Between two parts of the answer's body. */
  readonly body: number;
  /**
   * The whole exchange, including its wait for a connection: it ends an answer that arrives byte by byte. All tries
   * of one call together have no more than this.
   */
  readonly deadline: number;
}

/** PEM bytes, and whether any certificate is accepted. */
export interface TlsMaterial {
  readonly ca?: Buffer | string;
  readonly cert?: Buffer | string;
  readonly key?: Buffer | string;
  readonly insecure?: boolean;
}

export interface DispatcherSettings {
  /** `http(s)://host:port`. */
  readonly origin: string;
  /** What messages call the server; `the manager` by default. */
  readonly server?: string;
  readonly tls: TlsMaterial;
  readonly timeouts: Timeouts;
  /** Connections kept, at most. */
  readonly connections: number;
  readonly proxy?: HttpProxy | undefined;
}

/** A pool of connections to the manager. Through a proxy, a tunnel keeps TLS from end to end. */
export function openDispatcher({
  origin,
  tls,
  timeouts,
  connections,
  proxy,
}: DispatcherSettings): Dispatcher {
  const limits = {
    connections,
    pipelining: 1,
    headersTimeout: timeouts.headers,
    bodyTimeout: timeouts.body,
  };
  const connect = {
    timeout: timeouts.connect,
    rejectUnauthorized: tls.insecure !== true,
    ca: tls.ca,
    cert: tls.cert,
    key: tls.key,
  };
  if (proxy === undefined) return new Pool(origin, { ...limits, connect });
  return new ProxyAgent(throughProxy(proxy, limits, connect, (to, options) => new Pool(to, options)));
}
