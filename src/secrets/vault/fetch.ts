import { errorCode } from "../../platform/error-code";
import { describeProxy, type HttpProxy, ProxySettingError, type Route, routeTo } from "../../platform/proxy";
import { proxyFault } from "../../platform/proxy-fault";
import { throughProxy } from "../../platform/through-proxy";
import { tlsFault } from "../../platform/tls-fault";

export interface VaultRequest {
  readonly method: "GET" | "POST";
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | undefined;
  /** PEM certificates to trust instead of the system's. */
  readonly ca?: string | undefined;
}

export interface VaultReply {
  readonly status: number;
  readonly body: string;
  /** The proxy of the request, which may itself have answered. */
  readonly proxy?: HttpProxy | undefined;
}

/** One HTTP exchange, without redirects and retries. Rejects with a `VaultFault` and with nothing else. */
export type VaultFetch = (request: VaultRequest) => Promise<VaultReply>;

/**
 * Why there is no answer. It deliberately has no cause: an error of the HTTP parser carries the bytes that it failed
 * on.
 */
export class VaultFault extends Error {
  override readonly name = "VaultFault";
  /** Absent if only the general remedy applies. */
  readonly remedy: string | undefined;

  constructor(message: string, remedy?: string) {
    super(message);
    this.remedy = remedy;
  }
}

/** Milliseconds; `whole` is for the whole exchange. */
const TIMEOUTS = { connect: 5_000, answer: 10_000, whole: 20_000 };
/** A secret of Vault has at most 1 MiB unless its storage is configured differently. */
const MOST_BYTES = 4 * 1024 * 1024;

/**
 * The network. Each exchange has a connection of its own, so that nothing stays open after a run. The environment
 * names proxies; `onRoute` is called with the route of each request.
 */
export function createVaultFetch(
  env: Parameters<typeof routeTo>[1],
  onRoute: (server: string, route: Route) => void = () => {},
): VaultFetch {
  return async (request) => {
    const { method, url, headers, body } = request;
    const proxy = findProxy(url, env, onRoute);
    const client = await openDispatcher(request, proxy);
    try {
      const reply = await client.request({
        origin: url.origin,
        method,
        path: `${url.pathname}${url.search}`,
        headers: { ...headers },
        signal: AbortSignal.timeout(TIMEOUTS.whole),
        ...(body !== undefined && { body }),
      });
      return { status: reply.statusCode, body: await reply.body.text(), proxy };
    } catch (error) {
      throw toFault(error, proxy, url.origin);
    } finally {
      await client.destroy();
    }
  };
}

function findProxy(
  url: URL,
  env: Parameters<typeof routeTo>[1],
  onRoute: (server: string, route: Route) => void,
): HttpProxy | undefined {
  try {
    const route = routeTo(url, env);
    onRoute(url.origin, route);
    return route.proxy;
  } catch (error) {
    if (error instanceof ProxySettingError) throw new VaultFault(error.message, error.remedy);
    throw error;
  }
}

async function openDispatcher({ url, ca }: VaultRequest, proxy: HttpProxy | undefined) {
  const { Client, ProxyAgent } = await import("undici");
  const limits = {
    headersTimeout: TIMEOUTS.answer,
    bodyTimeout: TIMEOUTS.answer,
    maxResponseSize: MOST_BYTES,
  };
  // Set here, because otherwise NODE_TLS_REJECT_UNAUTHORIZED in the environment decides.
  const connect = { timeout: TIMEOUTS.connect, rejectUnauthorized: true, ...(ca !== undefined && { ca }) };
  if (proxy === undefined) return new Client(url.origin, { ...limits, connect });
  return new ProxyAgent(throughProxy(proxy, limits, connect, (to, options) => new Client(to, options)));
}

const sentences: Readonly<Record<string, string>> = {
  ECONNREFUSED: "nothing listens there",
  ENOTFOUND: "its host name is not known",
  EAI_AGAIN: "the name service (DNS) of this machine does not answer",
  UND_ERR_CONNECT_TIMEOUT: "no connection could be opened in time",
  UND_ERR_HEADERS_TIMEOUT: "it did not answer in time",
  UND_ERR_BODY_TIMEOUT: "it did not finish its answer in time",
  UND_ERR_RES_EXCEEDED_MAX_SIZE: "its answer is too long",
};

function toFault(error: unknown, proxy: HttpProxy | undefined, server: string): VaultFault {
  const fault = proxy && proxyFault(error, proxy, server);
  if (fault) return new VaultFault(fault.summary, fault.remedy);
  const { message, remedy } = faultOf(error);
  return new VaultFault(
    `${message}${proxy === undefined ? "" : `, through ${describeProxy(proxy)}`}`,
    remedy,
  );
}

const TLS_REMEDY =
  "give the certificate of the authority that signed the server's as `ca`, or in BAO_CACERT or VAULT_CACERT";
const tlsRemedies: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: "renew the certificate; if it is still valid, correct this machine's clock",
  CERT_NOT_YET_VALID: "correct this machine's clock; if it is, have the certificate issued again",
  ERR_SSL_WRONG_VERSION_NUMBER:
    "write the port at which the server speaks https, or an `address` that begins with http:// where the network is trusted",
};

function faultOf(error: unknown): VaultFault {
  if (error instanceof Error && error.name === "TimeoutError") {
    return new VaultFault("it did not finish its answer in time");
  }
  const code = errorCode(error);
  if (code === undefined) return new VaultFault("its answer is not HTTP");
  const tls = tlsFault(code, "its certificate");
  if (tls !== undefined) return new VaultFault(`${tls} (${code})`, tlsRemedies[code] ?? TLS_REMEDY);
  return new VaultFault(sentences[code] ?? `the connection broke (${code})`);
}
