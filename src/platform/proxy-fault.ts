import { errorCode } from "./file-system";
import { describeProxy, type HttpProxy, OF_MANAGER } from "./proxy";

export interface ProxyFault {
  readonly summary: string;
  readonly remedy: string;
  /** Whether the same request may succeed a little later. */
  readonly passing: boolean;
}

/** The code of a connection that a proxy closed where it was asked for a tunnel. */
export const TUNNEL_CLOSED = "ERR_TUNNEL_CLOSED";

/**
 * What undici's `ProxyAgent` failed with on the way to the proxy, or because the proxy refused; `undefined` where
 * neither is certain. It has no codes for a proxy that refuses, so its two sentences are read for the status.
 */
export function proxyFault(error: unknown, proxy: HttpProxy, server: string): ProxyFault | undefined {
  const { setting } = proxy;
  const platform = setting === OF_MANAGER ? "set `proxy: none`" : `name the host of ${server} in NO_PROXY`;
  const status = statusOf(error);
  if (status === 407) {
    return {
      summary: `${describeProxy(proxy)} was given no user and password, or does not accept them (407)`,
      remedy: `set ${variableOf(setting, server)} to http://USER:PASSWORD@HOST:PORT, or ${platform}`,
      passing: false,
    };
  }
  if (status !== undefined) {
    return {
      summary: `${describeProxy(proxy)} refuses to connect to ${server} (${status})`,
      remedy: `have the proxy permit it, correct ${setting}, or ${platform}`,
      passing: status >= 500,
    };
  }
  if (errorCode(error) === TUNNEL_CLOSED) {
    return {
      summary: `${describeProxy(proxy)} closes the connection where it is asked to connect to ${server}`,
      remedy: `check ${setting}, and that the proxy permits it; or ${platform}`,
      passing: true,
    };
  }
  if (!isConnectFault(error)) return undefined;
  return {
    summary: `${describeProxy(proxy)} cannot be reached (${errorCode(error)})`,
    remedy: `check ${setting}, and that the proxy runs; or ${platform}`,
    passing: errorCode(error) !== "ENOTFOUND",
  };
}

function statusOf(error: unknown): number | undefined {
  const message = typeof error === "object" && error !== null && "message" in error ? error.message : "";
  const [, status] = /^Proxy [A-Za-z ]+\((\d{3})\)/.exec(String(message)) ?? [];
  return status === undefined ? undefined : Number(status);
}

/** Nothing but the proxy is connected to. */
function isConnectFault(error: unknown): boolean {
  if (/^UND_ERR_(CONNECT_TIMEOUT|PRX_TLS)$/.test(errorCode(error) ?? "")) return true;
  return (
    typeof error === "object" &&
    error !== null &&
    "syscall" in error &&
    /^(connect|getaddrinfo)$/.test(String(error.syscall))
  );
}

/** The desired state holds no credentials, so they are given in a variable. */
function variableOf(setting: string, server: string): string {
  if (setting !== OF_MANAGER) return setting;
  return `${server.startsWith("https:") ? "HTTPS_PROXY" : "HTTP_PROXY"}, in place of ${setting},`;
}
