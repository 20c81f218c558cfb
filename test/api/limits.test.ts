import type { ManagerPort } from "../../src/api/port";
import { type Transport, TransportError } from "../../src/api/transport";
import { undiciTransport } from "../../src/api/undici-transport";
import { SecretValue } from "../../src/model/secret-value";
import { type Answerer, connect, json, rejection, type SmallServer, startServer } from "./small-server";

let server: SmallServer | undefined;
let port: ManagerPort | undefined;
afterEach(async () => {
  await port?.close();
  await server?.close();
});

async function answering(answer: Answerer, options: Parameters<typeof connect>[2]): Promise<ManagerPort> {
  server = await startServer(answer);
  port = connect(server.url, {}, { retry: { attempts: 1 }, ...options });
  return port;
}

const silent: Answerer = () => {};

const stalled: Answerer = (_request, response) => {
  response.writeHead(200, { "Content-Type": "application/json" });
  response.write("{");
};

/** Sends a byte at a time, so that neither the headers' nor the body's limit is ever reached. */
const dripping: Answerer = (_request, response, socket) => {
  response.writeHead(200, { "Content-Type": "application/json" });
  const timer = setInterval(() => response.write(" "), 10);
  socket.on("close", () => clearInterval(timer));
};

const patient = { connect: 10_000, headers: 10_000, body: 10_000, deadline: 10_000 };

test.each([
  ["does not begin", silent, { ...patient, headers: 60 }, /UND_ERR_HEADERS_TIMEOUT/],
  ["stalls", stalled, { ...patient, body: 60 }, /UND_ERR_BODY_TIMEOUT/],
  ["drips", dripping, { ...patient, deadline: 80 }, /did not end within 80 ms/],
] as const)(
  "an answer that %s runs into a time-out with an unknown effect",
  async (_what, answer, timeouts, summary) => {
    const port = await answering(answer, { timeouts });
    const details = await rejection(port.deleteClients(["a"]));
    expect(details).toMatchObject({ code: "manager-timeout", effect: "unknown" });
    expect(details.summary).toMatch(summary);
  },
);

test("a time-out is retried for a read", async () => {
  const port = await answering(
    (_request, response) => {
      if ((server?.received.length ?? 0) > 1) json(response, { clientIds: ["a"] });
    },
    { timeouts: { headers: 60 }, retry: { attempts: 3 } },
  );
  expect(await port.listClients()).toEqual(["a"]);
});

const long = { clientIds: ["x".repeat(100), "y".repeat(100)] };

test("an answer that announces too many bytes is given up", async () => {
  const port = await answering(
    (_request, response) => json(response, long, 200, { "Content-Length": "222" }),
    {
      maxAnswerBytes: 200,
    },
  );
  const details = await rejection(port.listClients());
  expect(details).toMatchObject({ code: "manager-malformed", effect: "none" });
  expect(details.summary).toContain("longer than 200 bytes");
});

test("an endless answer is given up as soon as it is too long", async () => {
  let closed: () => void = () => {};
  const aborted = new Promise<void>((resolve) => {
    closed = resolve;
  });
  const port = await answering(
    (_request, response, socket) => {
      response.writeHead(200, { "Content-Type": "application/json" });
      const timer = setInterval(() => response.write("x".repeat(1000)), 1);
      socket.on("close", () => {
        clearInterval(timer);
        closed();
      });
    },
    { maxAnswerBytes: 5000 },
  );
  expect(await rejection(port.deleteClients(["a"]))).toMatchObject({
    code: "manager-malformed",
    effect: "unknown",
  });
  await aborted;
});

test("what is no list of many things has a limit of its own, below the one for all", async () => {
  const limits: number[] = [];
  const transport: Transport = {
    send: async ({ maxBytes }) => {
      limits.push(maxBytes);
      throw new TransportError("closed", false, "nothing is sent");
    },
    close: async () => {},
  };
  port = connect("http://immhost01", {}, { transport, maxAnswerBytes: 16 * 1024 * 1024 });
  await rejection(port.listClients());
  await rejection(port.listAgentSecrets({ host: "web01", managerHost: "immhost01" }));
  await rejection(port.deleteClients(["a"]));
  expect(limits.map((bytes) => bytes / 1024 / 1024)).toEqual([16, 8, 1]);
});

test("an answer of exactly the limit is accepted", async () => {
  const port = await answering((_request, response) => json(response, long), {
    maxAnswerBytes: JSON.stringify(long).length,
  });
  expect(await port.listClients()).toEqual(long.clientIds);
});

test("no more requests are in flight than allowed", async () => {
  let inFlight = 0;
  let most = 0;
  const port = await answering(
    (_request, response) => {
      inFlight += 1;
      most = Math.max(most, inFlight);
      setTimeout(() => {
        inFlight -= 1;
        json(response, { clientIds: [] });
      }, 5);
    },
    { parallelism: 3 },
  );
  await Promise.all(Array.from({ length: 20 }, () => port.listClients()));
  expect(most).toBe(3);
});

test("a path in the URL is put before the API's own", async () => {
  server = await startServer((_request, response) => json(response, { clientIds: [] }));
  port = connect(`${server.url}/jp1/`);
  await port.listClients();
  expect(server.received[0]?.url).toBe("/jp1/im/api/v1/secret/client/list");
});

const login = { jp1user: "jp1admin", jp1token: "t", token: "t", clientId: "c", permissions: [] };

test("a request in flight that is given up ends its connection, may have been carried out, and only the logout follows", async () => {
  const abandoned = new AbortController();
  let onClosed = () => {};
  const closed = new Promise<void>((resolve) => {
    onClosed = resolve;
  });
  server = await startServer(({ url }, response, socket) => {
    if (url.endsWith("/login"))
      return json(response, login, 200, { "Set-Cookie": "JSESSIONID=one; Path=/im" });
    if (url.endsWith("/logout")) return json(response, true);
    socket.on("close", onClosed);
    abandoned.abort();
  });
  const credentials = { method: "session", user: "jp1admin", password: new SecretValue("pass") } as const;
  port = connect(server.url, { credentials }, { abandoned: abandoned.signal, signal: abandoned.signal });
  expect(await rejection(port.deleteClients(["a"]))).toMatchObject({ code: "cancelled", effect: "unknown" });
  await closed;
  await port.close();
  const asked = server.received.map(({ url }) => url.split("/").at(-1));
  expect(asked).toEqual(["login", "deleteInfo", "logout"]);
});

test("a read in flight ends when the run is cancelled, and a write goes on", async () => {
  const cancelled = new AbortController();
  server = await startServer(({ url }, response) => {
    if (!url.endsWith("/deleteInfo")) return;
    cancelled.abort();
    setTimeout(() => response.end(), 50);
  });
  port = connect(server.url, {}, { signal: cancelled.signal });
  const reading = rejection(port.listClients());
  await port.deleteClients(["a"]);
  expect(await reading).toMatchObject({
    ...{ code: "cancelled", effect: "none" },
    summary: "GET secret/client/list was given up: the run was cancelled",
  });
  await port.close();
});

test("a write is not sent if the run is cancelled while the write is announced", async () => {
  const cancelled = new AbortController();
  const ends: unknown[] = [];
  const onWrite = async () => {
    cancelled.abort();
    return async (end: unknown) => void ends.push(end);
  };
  server = await startServer((_, response) => response.end());
  port = connect(server.url, {}, { signal: cancelled.signal, onWrite });
  const expected = { code: "cancelled", effect: "none" };
  expect(await rejection(port.deleteClients(["a"]))).toMatchObject(expected);
  expect(server.received).toEqual([]);
  expect(ends).toMatchObject([{ requests: 0, error: { details: expected } }]);
});

test("a request that is given up before it is sent is not sent", async () => {
  const transport = undiciTransport({
    ...{ origin: "http://127.0.0.1:9", tls: {}, connections: 1 },
    timeouts: { connect: 1_000, headers: 1_000, body: 1_000, deadline: 1_000 },
  });
  const request = { method: "GET", path: "/", headers: {}, maxBytes: 1, signal: AbortSignal.abort() };
  await expect(transport.send(request)).rejects.toMatchObject({ fault: "abandoned", sent: false });
  await transport.close();
});
