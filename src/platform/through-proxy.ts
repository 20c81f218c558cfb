import { errorCode } from "./error-code";
import type { HttpProxy } from "./proxy";
import { TUNNEL_CLOSED } from "./proxy-fault";

/** A connection, or a pool of them. */
interface Way {
  connect(options: object): Promise<object>;
}

/**
 * Options for undici's `ProxyAgent` with which a tunnel keeps TLS from end to end, and `limits` hold for both
 * connections. `open` makes a connection, or a pool of them, to the server or to the proxy.
 */
export function throughProxy<Connect extends { readonly timeout: number }, Opened extends Way>(
  proxy: HttpProxy,
  limits: object,
  connect: Connect,
  open: (to: URL, options: object) => Opened,
) {
  return {
    ...limits,
    uri: proxy.origin,
    ...(proxy.authorization !== undefined && { token: proxy.authorization }),
    proxyTunnel: false,
    requestTls: connect,
    // Set here, because otherwise NODE_TLS_REJECT_UNAUTHORIZED in the environment decides.
    proxyTls: { timeout: connect.timeout, rejectUnauthorized: true },
    // The agent's own factories drop the limits for the connection to the proxy.
    factory: (to: URL, options: object) => open(to, { ...limits, ...options }),
    clientFactory: (to: URL, options: object) =>
      askedOnce(open(to, { ...limits, headersTimeout: connect.timeout, ...options })),
  };
}

/** If the proxy closes the connection while we ask it for a tunnel, undici would retry at once, and for ever. */
function askedOnce<Opened extends Way>(way: Opened): Opened {
  const connect = way.connect.bind(way);
  return Object.assign(way, {
    connect: (options: object) =>
      connect(options).catch((error) => {
        const isClosed = /^UND_ERR_(SOCKET|INFO)$/.test(errorCode(error) ?? "");
        throw isClosed
          ? Object.assign(new Error("the proxy closed the connection"), { code: TUNNEL_CLOSED })
          : error;
      }),
  });
}
