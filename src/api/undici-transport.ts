import type { Dispatcher } from "undici";
import type { HttpProxy } from "../platform/proxy";
import { proxyFault } from "../platform/proxy-fault";
import { tlsFault } from "../platform/tls-fault";
import { type DispatcherSettings, openDispatcher } from "./dispatcher";
import {
  type Transport,
  TransportError,
  type TransportFault,
  type TransportReply,
  type TransportRequest,
} from "./transport";

/** The network: HTTP/1.1 over a pool of kept connections. */
export function undiciTransport(settings: DispatcherSettings): Transport {
  const { origin, server = "the manager", proxy, timeouts } = settings;
  const dispatcher = openDispatcher(settings);
  let closing: Promise<void> | undefined;
  let open = 0;
  const toError: ToError = (error, started, answering) =>
    (proxy && ofProxy(error, proxy, origin)) ?? toTransportError(error, server, started, answering);
  return {
    send: (request) =>
      new Promise<TransportReply>((resolve, reject) => {
        open += 1;
        const exchange = new Exchange(
          request,
          request.deadline ?? timeouts.deadline,
          resolve,
          reject,
          toError,
        );
        dispatcher.dispatch(
          {
            origin,
            method: request.method,
            path: request.path,
            headers: request.headers as Record<string, string>,
            body: request.body ?? null,
          },
          exchange,
        );
      }).finally(() => {
        open -= 1;
      }),
    close: () => {
      // An exchange that was given up before it had a connection would be waited for.
      closing ??= open === 0 ? dispatcher.destroy() : dispatcher.close();
      return closing;
    },
  };
}

type ToError = (error: Error, started: boolean, answering: boolean) => TransportError;

function ofProxy(error: Error, proxy: HttpProxy, origin: string): TransportError | undefined {
  const fault = proxyFault(error, proxy, origin);
  if (fault === undefined) return undefined;
  const { passing, remedy, summary } = fault;
  return new TransportError(passing ? "proxy" : "proxy-refused", false, summary, undefined, remedy);
}

/** `dispatch` with one timer and a list of chunks: measurably cheaper than `request`, a body stream and a signal. */
class Exchange implements Dispatcher.DispatchHandler {
  readonly #maxBytes: number;
  readonly #signal: AbortSignal | undefined;
  readonly #resolve: (reply: TransportReply) => void;
  readonly #reject: (error: TransportError) => void;
  readonly #toError: ToError;
  readonly #timer: NodeJS.Timeout;
  readonly #chunks: Buffer[] = [];
  #controller: Dispatcher.DispatchController | undefined;
  #settled = false;
  #size = 0;
  #status = 0;
  #headers: TransportReply["headers"] = {};

  constructor(
    { maxBytes, signal }: TransportRequest,
    deadline: number,
    resolve: (reply: TransportReply) => void,
    reject: (error: TransportError) => void,
    toError: ToError,
  ) {
    this.#maxBytes = maxBytes;
    this.#signal = signal;
    this.#resolve = resolve;
    this.#reject = reject;
    this.#toError = toError;
    this.#timer = setTimeout(() => {
      this.#giveUp("timeout", `the exchange did not end within ${deadline} ms`);
    }, deadline);
    if (signal?.aborted) this.#abandon();
    signal?.addEventListener("abort", this.#abandon, { once: true });
  }

  readonly #abandon = () =>
    this.#giveUp("abandoned", "it was given up, because another process may have the manager by now");

  /** Called right before the first byte is written. */
  onRequestStart(controller: Dispatcher.DispatchController): void {
    const again = this.#controller !== undefined;
    this.#controller = controller;
    // The exchange ended while it waited for a connection, or undici wants to send it again, which is wrong for a
    // write.
    if (this.#settled) controller.abort(new Error("given up"));
    else if (again) this.#giveUp("lost", "the connection broke");
  }

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    status: number,
    headers: TransportReply["headers"],
  ): void {
    this.#status = status;
    this.#headers = headers;
    if (Number(headers["content-length"]) > this.#maxBytes) this.#tooLarge();
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#size += chunk.length;
    if (this.#size > this.#maxBytes) this.#tooLarge();
    else this.#chunks.push(chunk);
  }

  onResponseEnd(): void {
    if (this.#settled) return;
    this.#settle();
    const [first] = this.#chunks;
    const body = this.#chunks.length === 1 && first ? first : Buffer.concat(this.#chunks, this.#size);
    this.#resolve({ status: this.#status, headers: this.#headers, body });
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    if (this.#settled) return;
    this.#settle();
    this.#reject(this.#toError(error, this.#controller !== undefined, this.#status !== 0));
  }

  #tooLarge(): void {
    this.#giveUp("too-large", `the answer is longer than ${this.#maxBytes} bytes`);
  }

  #giveUp(fault: TransportFault, message: string): void {
    if (this.#settled) return;
    this.#settle();
    this.#reject(new TransportError(fault, this.#controller !== undefined, message));
    this.#controller?.abort(new Error("given up"));
  }

  #settle(): void {
    this.#settled = true;
    clearTimeout(this.#timer);
    this.#signal?.removeEventListener("abort", this.#abandon);
  }
}

function toTransportError(
  error: Error,
  server: string,
  started: boolean,
  answering: boolean,
): TransportError {
  const code = String((error as { readonly code?: unknown }).code ?? "");
  switch (code) {
    case "UND_ERR_CONNECT_TIMEOUT":
      return new TransportError("unreachable", false, "no connection could be opened in time", code);
    case "ENOTFOUND":
      return new TransportError("unreachable", false, "the host name is not known", code);
    case "EAI_AGAIN":
      return new TransportError("unreachable", false, "the name service does not answer", code);
    case "UND_ERR_HEADERS_TIMEOUT":
      return new TransportError("timeout", started, "the answer did not begin in time", code);
    case "UND_ERR_BODY_TIMEOUT":
      return new TransportError("timeout", started, "the answer's next part did not come in time", code);
    case "UND_ERR_DESTROYED":
    case "UND_ERR_CLOSED":
      return new TransportError("closed", false, `the connection to ${server} was closed before`, code);
    case "UND_ERR_HEADERS_OVERFLOW":
      return new TransportError("garbled", true, "the answer's headers are too long", code);
    case "UND_ERR_RES_CONTENT_LENGTH_MISMATCH":
      return new TransportError("lost", true, "the answer broke off", code);
  }
  // The parser reports an answer that is not HTTP and one that ends too early with the same error, without a code.
  if (error.name === "HTTPParserError") {
    return answering
      ? new TransportError("lost", true, "the answer broke off")
      : new TransportError("garbled", true, "the answer is not HTTP");
  }
  const tls = tlsFault(code, `${server}'s certificate`);
  if (tls !== undefined) return new TransportError("tls", started, tls, code);
  return started
    ? new TransportError("lost", true, "the connection broke", code)
    : new TransportError("unreachable", false, "no connection could be opened", code);
}
