/**
 * One HTTP exchange with a server, without authentication, retries or interpretation of the answer. It is injected,
 * so that a simulation can replace the network.
 */
export interface Transport {
  /** Sends once, never follows a redirect. Rejects with a `TransportError` and with nothing else. */
  send(request: TransportRequest): Promise<TransportReply>;
  /** Lets the exchanges in flight finish and closes the connections; later sends fail with `closed`. */
  close(): Promise<void>;
}

export interface TransportRequest {
  readonly method: string;
  /** The path on the server, from its slash on. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | undefined;
  /** The exchange fails as soon as the body exceeds this. */
  readonly maxBytes: number;
  /** Milliseconds that the whole exchange may take; by default the transport's own limit. */
  readonly deadline?: number | undefined;
  /** Once aborted, the exchange ends and its connection is closed. */
  readonly signal?: AbortSignal | undefined;
}

export interface TransportReply {
  readonly status: number;
  /** By name in lower case. */
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
}

export type TransportFault =
  /** No connection could be opened. */
  | "unreachable"
  /** The TLS handshake failed. */
  | "tls"
  /** The headers, the next part of the body, or the whole answer took too long. */
  | "timeout"
  /** The proxy cannot be reached, or cannot reach the manager. */
  | "proxy"
  /** The proxy refuses to pass the request on. */
  | "proxy-refused"
  /** The connection broke. */
  | "lost"
  /** The answer is longer than `maxBytes`. */
  | "too-large"
  /** The answer is not HTTP. */
  | "garbled"
  /** The signal of the request was aborted. */
  | "abandoned"
  /** The transport was closed before. */
  | "closed";

/**
 * Why an exchange gave no answer. It deliberately has no cause: the errors of an HTTP parser carry the bytes that
 * they failed on, which may hold an issued secret.
 */
export class TransportError extends Error {
  override readonly name = "TransportError";
  readonly fault: TransportFault;
  /** Whether any byte of the request may have left. */
  readonly sent: boolean;
  /** The code of the underlying error: `ECONNREFUSED`. */
  readonly errorCode: string | undefined;
  /** The remedy, if the transport knows a better one than the fault suggests. */
  readonly remedy: string | undefined;

  constructor(fault: TransportFault, sent: boolean, message: string, errorCode?: string, remedy?: string) {
    super(message);
    this.fault = fault;
    this.sent = sent;
    this.errorCode = errorCode;
    this.remedy = remedy;
  }
}
