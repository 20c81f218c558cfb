import { createServer } from "node:net";
import { failureOfTransport } from "../../src/api/failure";
import type { ManagerPort } from "../../src/api/port";
import type { Subject } from "../../src/api/subject";
import { TransportError } from "../../src/api/transport";
import { SecretValue } from "../../src/model/secret-value";
import {
  type Answerer,
  connect,
  json,
  refuse,
  rejection,
  type SmallServer,
  startServer,
} from "./small-server";

let server: SmallServer | undefined;
let port: ManagerPort | undefined;
afterEach(async () => {
  await port?.close();
  await server?.close();
});

const web01 = { host: "web01", managerHost: "immhost01" };

async function answering(answer: Answerer): Promise<{ port: ManagerPort; server: SmallServer }> {
  server = await startServer(answer);
  port = connect(server.url);
  return { port, server };
}

function text(status: number, body: string, headers: Record<string, string> = {}): Answerer {
  return (_request, response) => {
    response.writeHead(status, { "Content-Type": "text/html", ...headers });
    response.end(body);
  };
}

test.each([
  [400, "KAJY68205-E", "manager-rejected", "none", /no such agent under that manager/],
  [400, "KAJY68004-E", "manager-rejected", "none", /already exists/],
  [401, "KAJY00000-E", "manager-denied", "none", /401/],
  [403, "KAJY01000-E", "manager-denied", "none", /lacks the permission/],
  [404, "KAJY00000-E", "manager-rejected", "none", /404/],
  [413, "KAJY00000-E", "manager-rejected", "none", /413/],
  [500, "KAJY68212-E", "manager-failed", "unknown", /the agent is unreachable/],
  [503, "KAJY00000-E", "manager-failed", "unknown", /503/],
] as const)("a write answered %d %s is %s%.0s", async (status, messageId, code, effect, summary) => {
  const { port, server } = await answering((_request, response) => refuse(response, status, messageId));
  const details = await rejection(port.deleteClients(["a"]));
  expect(details).toMatchObject({
    manager: "tokyo",
    request: "POST secret/client/deleteInfo",
    code,
    effect,
    status,
    messageId,
  });
  expect(details.summary).toMatch(summary);
  expect(details.remedy).toMatch(/^[a-z`].*[^.]$/);
  expect(server.received).toHaveLength(1);
});

test("a known message brings the manual's meaning and the manager's words", async () => {
  const { port } = await answering((_request, response) =>
    refuse(response, 400, "KAJY68205-E", "No agent.\n\u001b[31m(agent = web01)"),
  );
  const details = await rejection(port.listAgentSecrets(web01));
  expect(details.meaning).toBe("no such agent under that manager, or no right on it");
  expect(details.summary).toBe(
    'POST agents/secrets was answered 400: KAJY68205-E: no such agent under that manager, or no right on it ("No agent. [31m(agent = web01)")',
  );
});

test("a very long message is cut", async () => {
  const { port } = await answering((_request, response) =>
    refuse(response, 400, "KAJY99999-E", "x".repeat(9999)),
  );
  expect((await rejection(port.listClients())).summary.length).toBeLessThan(500);
});

test("an error page of a proxy is reported by its status", async () => {
  const { port } = await answering(text(404, "<html>not here</html>"));
  expect(await rejection(port.listClients())).toMatchObject({
    code: "manager-rejected",
    summary: "GET secret/client/list was answered 404: no such resource, or no such operation on it",
  });
});

test("a 405 says the same as a 404: the manual gives the one, and the other may come", async () => {
  const remedies = [];
  for (const status of [404, 405]) {
    const { port } = await answering((_request, response) => refuse(response, status, "KAJY00000-E"));
    const { code, remedy } = await rejection(port.listClients());
    remedies.push([code, remedy]);
    await port.close();
    await server?.close();
  }
  expect(remedies[1]).toEqual(remedies[0]);
});

test("a redirect is not followed, and only its origin is named", async () => {
  const location = "https://user:pass@portal.example.com/login?token=abc";
  const { port, server } = await answering(text(302, "", { Location: location }));
  const details = await rejection(port.listClients());
  expect(details).toMatchObject({ code: "manager-malformed", status: 302, effect: "none" });
  expect(details.summary).toContain("a redirect to https://portal.example.com, which");
  expect(server.received).toHaveLength(1);
});

test("a redirect without a full URL is an error too", async () => {
  const { port } = await answering(text(307, "", { Location: "/elsewhere" }));
  expect(await rejection(port.deleteClients(["a"]))).toMatchObject({ status: 307, effect: "unknown" });
});

test.each([
  ["an HTML page", text(200, "<html>welcome</html>"), /a text\/html body of 20 bytes, not JSON/],
  [
    "another character set",
    text(200, "{}", { "Content-Type": "application/json; charset=Shift_JIS" }),
    /not JSON/,
  ],
  [
    "no Content-Type",
    ((_q, response) => response.writeHead(200).end('{"clientIds":[]}')) as Answerer,
    /a body without Content-Type of 16 bytes, not JSON/,
  ],
  ["text that is not JSON", text(200, "{", { "Content-Type": "application/json" }), /of 1 bytes is not JSON/],
  ["an empty body", text(200, "", { "Content-Type": "application/json" }), /empty/],
  ["no content", text(204, ""), /204/],
  [
    "a wrong type",
    ((_q, response) => json(response, { clientIds: "a" })) as Answerer,
    /clientIds is of type string/,
  ],
  [
    "a wrong entry",
    ((_q, response) => json(response, { clientIds: ["a", 1] })) as Answerer,
    /clientIds\[1\]/,
  ],
  ["a missing field", ((_q, response) => json(response, {})) as Answerer, /clientIds is missing/],
  [
    "a repeated entry",
    ((_q, response) => json(response, { clientIds: ["a", "b", "a"] })) as Answerer,
    /clientIds\[2\] repeats/,
  ],
  [
    "bytes that are not UTF-8",
    ((_q, response) => {
      response.writeHead(200, { "Content-Type": "application/json" });
      response.end(Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x7d]));
    }) as Answerer,
    /not UTF-8/,
  ],
])("an answer of %s is malformed, and is not asked for again", async (_what, answer, summary) => {
  const { port, server } = await answering(answer);
  const details = await rejection(port.listClients());
  expect(details).toMatchObject({ code: "manager-malformed", effect: "none" });
  expect(details.summary).toMatch(summary);
  expect(server.received).toHaveLength(1);
});

test("a malformed answer to a write leaves its effect unknown", async () => {
  const { port } = await answering(text(200, "<html>"));
  const details = await rejection(port.putLowerManager("osaka", new SecretValue("s")));
  expect(details).toMatchObject({ code: "manager-malformed", effect: "unknown" });
});

test("a refused connection has no effect, is retried for a write too, and ends as unreachable", async () => {
  server = await startServer(() => {});
  const { url } = server;
  await server.close();
  const reasons: string[] = [];
  port = connect(url, {}, { onRetry: (event) => reasons.push(`${event.attempt} ${event.request}`) });
  const details = await rejection(port.deleteClients(["a"]));
  expect(details).toMatchObject({ code: "manager-unreachable", effect: "none" });
  expect(details.summary).toContain("ECONNREFUSED");
  expect(reasons).toEqual([2, 3, 4].map((attempt) => `${attempt} POST secret/client/deleteInfo`));
});

test("a name that does not resolve has no effect", async () => {
  port = connect("http://jp1im.invalid:20703", {}, { retry: { attempts: 1 } });
  expect(await rejection(port.deleteClients(["a"]))).toMatchObject({
    code: "manager-unreachable",
    effect: "none",
  });
});

test("a connection that breaks after the request was sent leaves a write's effect unknown", async () => {
  const { port, server } = await answering((_request, _response, socket) => socket.destroy());
  expect(await rejection(port.deleteClients(["a"]))).toMatchObject({
    code: "manager-unreachable",
    effect: "unknown",
  });
  expect(server.received).toHaveLength(1);
});

test.each([
  ["reset within a body of known length", { "Content-Length": "100" }, "destroy"],
  ["closed within a body of known length", { "Content-Length": "100" }, "end"],
  ["reset within a chunked body", {}, "destroy"],
  ["closed within a chunked body", {}, "end"],
] as const)("a read is retried when the connection is %s", async (_what, headers, how) => {
  const { port, server } = await answering((_request, response, socket) => {
    if (server.received.length > 1) return json(response, { clientIds: ["a"] });
    response.writeHead(200, { "Content-Type": "application/json", ...headers });
    response.write('{"clientIds":', () => socket[how]());
  });
  expect(await port.listClients()).toEqual(["a"]);
  expect(server.received).toHaveLength(2);
});

test("what is not HTTP is malformed", async () => {
  const odd = createServer((socket) => {
    socket.on("error", () => {});
    socket.on("data", () => socket.end("220 mail.example.com ready\r\n"));
  });
  await new Promise<void>((resolve) => odd.listen(0, "127.0.0.1", resolve));
  const address = odd.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  port = connect(`http://127.0.0.1:${address.port}`);
  const details = await rejection(port.deleteClients(["a"]));
  odd.close();
  expect(details).toMatchObject({
    code: "manager-malformed",
    effect: "unknown",
  });
});

test("a closed port refuses further calls", async () => {
  const { port, server } = await answering((_request, response) => json(response, { clientIds: [] }));
  await port.close();
  expect(await rejection(port.listClients())).toMatchObject({ code: "manager-unreachable", effect: "none" });
  expect(server.received).toHaveLength(0);
});

test.each(["ftp://immhost01", "immhost01:20703", "http://user:hunter2@immhost01"])(
  "the URL %s is refused without being repeated",
  (url) => {
    expect(() => connect(url)).toThrow("`url` is not of the form http(s)://host:port");
  },
);

test.each([
  ["unreachable", "ENOTFOUND", "correct the host in `url` (https://immhost01:20703), or make it known"],
  ["unreachable", "EAI_AGAIN", "check the name service (DNS) of this machine"],
  ["tls", "CERT_HAS_EXPIRED", "have the certificate of https://immhost01:20703 renewed"],
  ["tls", "CERT_NOT_YET_VALID", "correct this machine's clock"],
  ["tls", "SELF_SIGNED_CERT_IN_CHAIN", "`tls.ca`"],
] as const)("a fault of kind %s with the code %s has a remedy of its own", (fault, code, remedy) => {
  const call = { kind: "read", method: "GET", resource: "hosts" } as unknown as Subject["call"];
  const { error } = failureOfTransport(new TransportError(fault, false, "it failed", code), {
    ...{ manager: "tokyo", origin: "https://immhost01:20703", method: "session", call },
    show: (text) => text,
  } as Subject);
  expect(error.details.remedy).toContain(remedy);
});
