import { errorCode } from "./error-code";
import { describeProxy, type HttpProxy, OF_MANAGER } from "./proxy";

export interface ProxyFault {
  readonly summary: string;
  readonly remedy: string;
  /** Whether the same request may succeed a little later. */
  readonly passing: boolean;
}

/** The error code if a proxy closed the connection when it was asked for a tunnel. */
export const TUNNEL_CLOSED = "ERR_TUNNEL_CLOSED";

/**
 * The fault if undici's `ProxyAgent` could not reach the proxy, or if the proxy refused; `undefined` if neither is
 * certain. undici has no codes for a refusal, so this parses its two messages for the status.
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

/** Whether connecting failed: the only server that we connect to is the proxy. */
function isConnectFault(error: unknown): boolean {
  if (/^UND_ERR_(CONNECT_TIMEOUT|PRX_TLS)$/.test(errorCode(error) ?? "")) return true;
  return (
    typeof error === "object" &&
    error !== null &&
    "syscall" in error &&
    /^(connect|getaddrinfo)$/.test(String(error.syscall))
  );
}

/** The variable for the proxy's credentials, which the desired state cannot hold. */
function variableOf(setting: string, server: string): string {
  if (setting !== OF_MANAGER) return setting;
  return `${server.startsWith("https:") ? "HTTPS_PROXY" : "HTTP_PROXY"}, in place of ${setting},`;
}
