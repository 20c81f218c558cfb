import type { HttpProxy } from "./proxy";

/**
 * What undici's `ProxyAgent` has to be given so that TLS reaches from end to end through a tunnel, and `limits` hold on both
 * ways. `open` makes a connection, or a pool of them, to the server or to the proxy.
 */
export function throughProxy<Connect extends { readonly timeout: number }, Opened>(
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
      open(to, { ...limits, headersTimeout: connect.timeout, ...options }),
  };
}
