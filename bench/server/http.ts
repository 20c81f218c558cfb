import { createServer, type Server, type Socket } from "node:net";

/** The whole answer, head and body, as it is written to the socket. */
export function answerOf(status: number, body: string, headers: readonly string[] = []): Buffer {
  const bytes = Buffer.from(body);
  const head = [
    `HTTP/1.1 ${status} ${status === 200 ? "OK" : "Error"}`,
    "Content-Type: application/json",
    `Content-Length: ${bytes.length}`,
    ...headers,
  ];
  return Buffer.concat([Buffer.from(`${head.join("\r\n")}\r\n\r\n`), bytes]);
}

/**
 * HTTP/1.1 as far as clients of a manager need it: kept connections, and bodies with a length. A request takes a third of what it
 * takes `node:http`, so that what is measured is the client. `target` is the method and the path: `POST /im/api/v1/agents`.
 */
export function httpServer(latencyMs: number, answer: (target: string, body: string) => Buffer): Server {
  return createServer({ noDelay: true }, (socket) => {
    socket.on("error", () => socket.destroy());
    const reader = new RequestReader((target, body) => send(socket, latencyMs, answer(target, body)));
    socket.on("data", (chunk) => reader.take(chunk));
  });
}

function send(socket: Socket, latencyMs: number, answer: Buffer): void {
  if (latencyMs === 0) socket.write(answer);
  else setTimeout(() => socket.write(answer), latencyMs);
}

const END_OF_HEAD = "\r\n\r\n";

class RequestReader {
  #rest: Buffer = Buffer.alloc(0);
  readonly #onRequest: (target: string, body: string) => void;

  constructor(onRequest: (target: string, body: string) => void) {
    this.#onRequest = onRequest;
  }

  take(chunk: Buffer): void {
    this.#rest = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    while (this.#takeRequest());
  }

  #takeRequest(): boolean {
    const headEnd = this.#rest.indexOf(END_OF_HEAD);
    if (headEnd === -1) return false;
    const head = this.#rest.toString("latin1", 0, headEnd);
    const start = headEnd + END_OF_HEAD.length;
    const end = start + Number(/\r\ncontent-length: *(\d+)/i.exec(head)?.[1] ?? 0);
    if (this.#rest.length < end) return false;
    const body = this.#rest.toString("utf8", start, end);
    this.#rest = this.#rest.subarray(end);
    this.#onRequest(head.slice(0, head.indexOf(" HTTP/")), body);
    return true;
  }
}
