/** An HTTP proxy on loopback that takes every host for this machine, and keeps what it was asked for. */
import { createServer, type IncomingMessage, request } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";

export interface SmallProxy {
  readonly url: string;
  /** `GET http://host:port/path` and `CONNECT host:port`, with the credentials that came along. */
  readonly asked: { readonly line: string; readonly authorization: string | undefined }[];
  connections(): number;
  close(): Promise<void>;
}

/** `refusal`: the status that it answers everything with, or that it closes each connection instead. */
export async function startProxy(refusal?: number | "close"): Promise<SmallProxy> {
  const asked: { line: string; authorization: string | undefined }[] = [];
  const sockets = new Set<Socket>();
  let connections = 0;
  const keep = (message: IncomingMessage) =>
    asked.push({
      line: `${message.method} ${message.url}`,
      authorization: message.headers["proxy-authorization"],
    });
  const server = createServer((message, response) => {
    keep(message);
    if (refusal === "close") return void response.destroy();
    if (refusal !== undefined) return void response.writeHead(refusal).end("no");
    const { port, pathname } = new URL(message.url ?? "");
    const { method } = message;
    const { "proxy-authorization": _own, ...headers } = message.headers;
    const onward = request({ host: "127.0.0.1", port, path: pathname, method, headers }, (reply) => {
      response.writeHead(reply.statusCode ?? 500, reply.headers);
      reply.pipe(response);
    });
    onward.on("error", () => response.destroy());
    message.pipe(onward);
  });
  server.on("connection", (socket) => {
    connections += 1;
    sockets.add(socket);
  });
  server.on("connect", (message: IncomingMessage, socket: Socket) => {
    keep(message);
    if (refusal === "close") return void socket.destroy();
    if (refusal !== undefined) return void socket.end(`HTTP/1.1 ${refusal} No\r\n\r\n`);
    const onward = connect(Number(message.url?.split(":")[1]), "127.0.0.1", () => {
      socket.write("HTTP/1.1 200 OK\r\n\r\n");
      socket.pipe(onward).pipe(socket);
    });
    for (const each of [socket, onward]) each.on("error", () => each.destroy());
    sockets.add(onward);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    connections: () => connections,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
