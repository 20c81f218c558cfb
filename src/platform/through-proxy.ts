import { errorCode } from "./file-system";
import type { HttpProxy } from "./proxy";
import { TUNNEL_CLOSED } from "./proxy-fault";

/** A connection, or a pool of them. */
interface Way {
  connect(options: object): Promise<object>;
}

/**
 * What undici's `ProxyAgent` has to be given so that TLS reaches from end to end through a tunnel, and `limits` hold on both
 * ways. `open` makes a connection, or a pool of them, to the server or to the proxy.
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
    // Said here, as NODE_TLS_REJECT_UNAUTHORIZED in the environment decides it otherwise.
    proxyTls: { timeout: connect.timeout, rejectUnauthorized: true },
    // The agent's own factories drop the limits on the way to a proxy.
    factory: (to: URL, options: object) => open(to, { ...limits, ...options }),
    clientFactory: (to: URL, options: object) =>
      askedOnce(open(to, { ...limits, headersTimeout: connect.timeout, ...options })),
  };
}

/** Where the proxy closes the connection that a tunnel is asked for on, undici asks again at once, and for ever. */
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
