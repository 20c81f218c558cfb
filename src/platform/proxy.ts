import { bypassesProxy, isLoopback } from "./no-proxy";

/** An HTTP proxy that requests go through. */
export interface HttpProxy {
  /** `http(s)://host:port`, without credentials. */
  readonly origin: string;
  /** The value of `Proxy-Authorization`, where credentials were given. A secret. */
  readonly authorization?: string;
  /** What names the proxy: `HTTPS_PROXY`, or the key `proxy` of the desired state. */
  readonly setting: string;
}

/** The route of requests to a server. */
export interface Route {
  /** Absent when they go directly. */
  readonly proxy?: HttpProxy;
  /** For messages: `through the proxy http://proxy:3128 (HTTPS_PROXY)`. */
  readonly description: string;
}

/** The manager's own setting in the desired state, as opposed to a variable. */
export const OF_MANAGER = "`proxy`";

type Environment = Readonly<Record<string, string | undefined>>;

/** A setting that names no usable proxy. The message never repeats the value, which may hold a password. */
export class ProxySettingError extends Error {
  override readonly name = "ProxySettingError";
  readonly remedy: string;

  constructor(summary: string, remedy: string) {
    super(summary);
    this.remedy = remedy;
  }
}

/**
 * The route to a server: `setting` (`none`, or the URL of a proxy) decides; without it, the variables that curl
 * reads. Throws a `ProxySettingError`.
 *
 * @example routeTo(new URL("https://immhost01:20703"), { HTTPS_PROXY: "http://proxy:3128" }).proxy?.origin
 */
export function routeTo(url: URL, env: Environment, setting?: string): Route {
  if (setting === "none") return { description: "directly (`proxy: none`)" };
  if (setting !== undefined) return through(readProxy(setting, OF_MANAGER));
  const variable = proxyVariable(url, env);
  if (variable === undefined) return { description: "directly" };
  if (isLoopback(url.hostname)) return { description: "directly (a loopback address)" };
  const [exceptions, exceptionsName] = firstSet(env, ["no_proxy", "NO_PROXY"]) ?? ["", ""];
  if (bypassesProxy(exceptions, url)) return { description: `directly (${exceptionsName})` };
  const [value, name] = variable;
  return through(readProxy(value, name));
}

/** The proxy as messages name it. */
export function describeProxy({ origin, setting }: HttpProxy): string {
  return `the proxy ${origin} (${setting})`;
}

function through(proxy: HttpProxy): Route {
  return { proxy, description: `through ${describeProxy(proxy)}` };
}

function proxyVariable({ protocol }: URL, env: Environment) {
  const secure = ["https_proxy", "HTTPS_PROXY"];
  // In a CGI script, a request's header `Proxy` arrives as HTTP_PROXY.
  const plain = env.REQUEST_METHOD === undefined ? ["http_proxy", "HTTP_PROXY"] : ["http_proxy"];
  return firstSet(env, [...(protocol === "https:" ? secure : plain), "all_proxy", "ALL_PROXY"]);
}

/** An empty variable counts as unset. */
function firstSet(env: Environment, names: readonly string[]) {
  for (const name of names) {
    const value = env[name]?.trim();
    if (value) return [value, name] as const;
  }
  return undefined;
}

/** Without a scheme, the proxy speaks plain HTTP. */
function readProxy(value: string, setting: string): HttpProxy {
  const text = /^[a-z][a-z0-9+.-]*:\/\//i.test(value) ? value : `http://${value}`;
  const remedy = `write ${setting} as http://HOST:PORT, or as http://USER:PASSWORD@HOST:PORT with special characters percent-encoded`;
  if (!URL.canParse(text)) throw new ProxySettingError(`${setting} does not hold the URL of a proxy`, remedy);
  const { protocol, host, username, password } = new URL(text);
  if (!/^https?:$/.test(protocol)) {
    throw new ProxySettingError(
      `${setting} names a proxy of the type ${protocol.slice(0, -1)}, and only http and https proxies are supported`,
      remedy,
    );
  }
  const origin = `${protocol}//${host}`;
  if (username === "" && password === "") return { origin, setting };
  try {
    const credentials = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
    return { origin, setting, authorization: `Basic ${Buffer.from(credentials).toString("base64")}` };
  } catch {
    throw new ProxySettingError(`the user or the password in ${setting} is wrongly percent-encoded`, remedy);
  }
}
