import { errorCode } from "../../platform/file-system";

export interface VaultRequest {
  readonly method: "GET" | "POST";
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** PEM certificates to trust instead of the system's. */
  readonly ca?: string;
}

export interface VaultReply {
  readonly status: number;
  readonly body: string;
}

/** One HTTP exchange: no redirect followed, nothing tried again. Rejects with a `VaultFault` and with nothing else. */
export type VaultFetch = (request: VaultRequest) => Promise<VaultReply>;

/** Why there is no answer. Without a cause on purpose: an error of the HTTP parser carries the bytes it failed on. */
export class VaultFault extends Error {
  override readonly name = "VaultFault";
}

/** In milliseconds; the last one is for the whole exchange. */
const TIMEOUTS = { connect: 5_000, answer: 10_000, whole: 20_000 };
/** A secret of Vault has at most 1 MiB unless its storage was set up otherwise. */
const MOST_BYTES = 4 * 1024 * 1024;

/** The network. Each exchange has a connection of its own, which leaves nothing open behind a run. */
export const vaultFetch: VaultFetch = async ({ method, url, headers, body, ca }) => {
  const { Client } = await import("undici");
  const client = new Client(url.origin, {
    headersTimeout: TIMEOUTS.answer,
    bodyTimeout: TIMEOUTS.answer,
    connect: { timeout: TIMEOUTS.connect, ...(ca !== undefined && { ca }) },
    maxResponseSize: MOST_BYTES,
  });
  try {
    const reply = await client.request({
      method,
      path: `${url.pathname}${url.search}`,
      headers: { ...headers },
      signal: AbortSignal.timeout(TIMEOUTS.whole),
      ...(body !== undefined && { body }),
    });
    return { status: reply.statusCode, body: await reply.body.text() };
  } catch (error) {
    throw new VaultFault(faultOf(error));
  } finally {
    await client.destroy();
  }
};

const sentences: Readonly<Record<string, string>> = {
  ECONNREFUSED: "nothing listens there",
  ENOTFOUND: "its host name is not known",
  UND_ERR_CONNECT_TIMEOUT: "no connection came about in time",
  UND_ERR_HEADERS_TIMEOUT: "it did not answer in time",
  UND_ERR_BODY_TIMEOUT: "it did not finish its answer in time",
  UND_ERR_RES_EXCEEDED_MAX_SIZE: "its answer is too long",
};

function faultOf(error: unknown): string {
  if (error instanceof Error && error.name === "TimeoutError") return "it did not finish its answer in time";
  const code = errorCode(error);
  if (code === undefined) return "its answer is not HTTP";
  const isTls = /CERT|SSL|TLS|UNABLE_TO|HOSTNAME|EPROTO/.test(code);
  return sentences[code] ?? (isTls ? `the TLS handshake failed (${code})` : `the connection broke (${code})`);
}
