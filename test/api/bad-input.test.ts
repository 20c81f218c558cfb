/** What a broken manager, a proxy or a cut line may send, over real sockets and through the real transport. */

import type { AddressInfo } from "node:net";
import { createServer, type Server, type Socket } from "node:net";
import { gzipSync } from "node:zlib";
import type { ManagerPort } from "../../src/api/port";
import { connect, rejection } from "./small-server";

const SECRET = "issued-5ecret-Zq7";
const TIME = "2024-02-29T12:34:56Z";
const patience = { connect: 5000, headers: 5000, body: 100, deadline: 5000 };

let server: Server;
let port: ManagerPort | undefined;
const sockets = new Set<Socket>();

afterEach(async () => {
  await port?.close();
  for (const socket of sockets) socket.destroy();
  await new Promise<void>((resolve) => server.close(() => resolve()));
});

/** Answers every request with these bytes; `then` says what becomes of the connection. */
async function sending(
  answer: (socket: Socket, request: number) => void,
): Promise<ManagerPort & { readonly origin: string }> {
  let requests = 0;
  server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
    socket.on("data", () => answer(socket, requests++));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  port = connect(origin, {}, { retry: { attempts: 1 }, timeouts: patience });
  return Object.assign(port, { origin });
}

/** A whole HTTP answer, with the Content-Length that the body has, or claims to have. */
function answer(
  body: string | Buffer,
  { type = "application/json", length = Buffer.byteLength(body), status = 200, more = "" } = {},
): Buffer {
  const head = `HTTP/1.1 ${status} X\r\nContent-Type: ${type}\r\n${more}Content-Length: ${length}\r\n\r\n`;
  return Buffer.concat([Buffer.from(head), Buffer.from(body)]);
}

const issued = JSON.stringify({ clientSecret: SECRET, lastUpdateTime: TIME });
const chunked = `HTTP/1.1 200 X\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n`;

interface BadAnswer {
  readonly bytes: string | Buffer;
  /** Closes the connection behind the bytes. */
  readonly close?: true;
  readonly code: string;
  readonly summary: RegExp;
}

const malformed = "manager-malformed";

/** Each of them holds the issued secret, or what would be one. */
const answers: Readonly<Record<string, BadAnswer>> = {
  "a number in the secret's place": {
    bytes: answer(`{"clientSecret":17,"other":"${SECRET}","lastUpdateTime":"${TIME}"}`),
    code: malformed,
    summary: /clientSecret is of type number, not a string/,
  },
  "an answer that lacks a field": {
    bytes: answer(`{"clientSecret":"${SECRET}"}`),
    code: malformed,
    summary: /lastUpdateTime is missing/,
  },
  "the secret twice": {
    bytes: answer(`{"clientSecret":"other","clientSecret":"${SECRET}","lastUpdateTime":"${TIME}"}`),
    code: malformed,
    summary: /holds the same name twice in one object/,
  },
  "JSON that breaks off within its length": {
    bytes: answer(issued.slice(0, -5)),
    code: malformed,
    summary: /the answer of \d+ bytes is not JSON/,
  },
  "JSON with something behind it": {
    bytes: answer(`${issued}<!-- cached -->`),
    code: malformed,
    summary: /the answer of \d+ bytes is not JSON/,
  },
  "a byte-order mark before the JSON": {
    bytes: answer(`\ufeff${issued}`),
    code: malformed,
    summary: /the answer of \d+ bytes is not JSON/,
  },
  "bytes that are not UTF-8": {
    bytes: answer(Buffer.concat([Buffer.from(issued.slice(0, -1)), Buffer.from(',"x":"\xff"}', "latin1")])),
    code: malformed,
    summary: /bytes that are not UTF-8/,
  },
  "another Content-Type": {
    bytes: answer(issued, { type: "application/octet-stream" }),
    code: malformed,
    summary: /an application\/octet-stream body of \d+ bytes/,
  },
  "a page of a proxy": {
    bytes: answer(`<html>${SECRET}</html>`, { type: "text/html; charset=utf-8" }),
    code: malformed,
    summary: /a text\/html body of \d+ bytes/,
  },
  "a compressed body, which was not asked for": {
    bytes: answer(gzipSync(issued), { more: "Content-Encoding: gzip\r\n" }),
    code: malformed,
    summary: /compressed/,
  },
  "a redirect": {
    bytes: answer("", { status: 307, more: `Location: http://elsewhere.test/${SECRET}\r\n` }),
    code: malformed,
    summary: /answered 307: a redirect to .*which is not followed/,
  },
  "a body cut by the end of the connection": {
    bytes: answer(issued.slice(0, -5), { length: issued.length }),
    close: true,
    code: "manager-unreachable",
    summary: /the (answer|connection) broke/,
  },
  "a chunked body cut by the end of the connection": {
    bytes: `${chunked}${issued.length.toString(16)}\r\n${issued.slice(0, -5)}`,
    close: true,
    code: "manager-unreachable",
    summary: /the (answer|connection) broke/,
  },
  "a chunk of a length that is no number": {
    bytes: `${chunked}zz\r\n${issued}\r\n0\r\n\r\n`,
    code: "manager-unreachable",
    summary: /the answer broke off/,
  },
  "a Content-Length beyond the body": {
    bytes: answer(issued, { length: issued.length + 10 }),
    code: "manager-timeout",
    summary: /the answer's next part did not come in time/,
  },
  "a Content-Length short of the body": {
    bytes: answer(issued, { length: issued.length - 10 }),
    code: malformed,
    summary: /is not JSON/,
  },
  "a Content-Length and chunks": {
    bytes: chunked.replace("\r\n\r\n", `\r\nContent-Length: 5\r\n\r\n5\r\n${issued}`),
    code: malformed,
    summary: /the answer is not HTTP/,
  },
  "two Content-Lengths": {
    bytes: answer(issued, { more: "Content-Length: 3\r\n" }),
    code: "manager-unreachable",
    summary: /the answer broke off/,
  },
  "a head without an end": {
    bytes: `HTTP/1.1 200 X\r\n${`X-Filler: ${"x".repeat(1000)}\r\n`.repeat(100)}`,
    code: malformed,
    summary: /headers are too long/,
  },
  "no content": {
    bytes: "HTTP/1.1 204 X\r\n\r\n",
    code: malformed,
    summary: /answered 204: a status that the manager's API does not use/,
  },
};

test.each(Object.entries(answers))(
  "%s is told with its sender, and nothing of it is repeated",
  async (_what, bad) => {
    const port = await sending((socket) => {
      socket.write(bad.bytes);
      if (bad.close) socket.end();
    });
    const details = await rejection(port.issueClient("fluentd"));
    expect(details).toMatchObject({ manager: "tokyo", code: bad.code, effect: "unknown" });
    expect(details.summary).toMatch(/^POST secret\/client\/generateInfo /);
    expect(details.summary).toMatch(bad.summary);
    const told = JSON.stringify(details);
    expect(told).not.toContain(SECRET);
    if (bad.code === malformed && !/answered 307/.test(details.summary)) expect(told).toContain(port.origin);
  },
);

test("fields that are not known are passed over, in every answer that has a body", async () => {
  const extra = { futureField: { nested: [1, null] }, __proto__: null };
  const agent = { agentid: "1", agenthost: "a", managerhost: "m", os: "linux", addons: [], zone: "x" };
  const bodies = [
    { clientIds: ["a"], ...extra },
    { agents: [agent], ...extra },
    { secrets: [{ key: "k", obfuscated: "", secret: "", since: 1 }], ...extra },
    { clientSecret: SECRET, lastUpdateTime: TIME, ...extra },
  ];
  const port = await sending((socket, request) => socket.write(answer(JSON.stringify(bodies[request]))));
  expect(await port.listClients()).toEqual(["a"]);
  expect(await port.listAgents()).toMatchObject({ complete: true, value: [{ host: "a" }] });
  expect(await port.listAgentSecrets({ host: "a", managerHost: "m" })).toEqual(["k"]);
  expect((await port.issueClient("x")).secret.reveal()).toBe(SECRET);
});

test("an answer that says its list twice, or its warnings, is taken neither as full nor as partial", async () => {
  const bodies = [
    '{"clientIds":["a","b"],"clientIds":[]}',
    '{"agents":[],"messageList":[{"messageId":"KAJY68204-W","message":"osaka"}],"messageList":[]}',
    '{"secrets":[{"key":"a","key":"b"}]}',
    // The escape makes it the same name.
    '{"clientIds":["a"],"client\\u0049ds":[]}',
  ];
  const port = await sending((socket, request) => socket.write(answer(bodies[request] ?? "")));
  const twice = { code: malformed, summary: expect.stringContaining("the same name twice") };
  expect(await rejection(port.listClients())).toMatchObject(twice);
  expect(await rejection(port.listAgents())).toMatchObject(twice);
  expect(await rejection(port.listAgentSecrets({ host: "a", managerHost: "m" }))).toMatchObject(twice);
  expect(await rejection(port.listClients())).toMatchObject(twice);
});

test("bytes left over from one answer are not taken for the next one", async () => {
  // The rest of the first body is itself a whole answer.
  const smuggled = answer('{"clientIds":["smuggled"]}');
  const port = await sending((socket, request) =>
    socket.write(
      request === 0
        ? Buffer.concat([answer('{"clientIds":["first"]}'), smuggled])
        : answer('{"clientIds":["own"]}'),
    ),
  );
  expect(await port.listClients()).toEqual(["first"]);
  await new Promise((resolve) => setImmediate(resolve));
  expect(await port.listClients()).toEqual(["own"]);
});

test("of a body of 100 MB no more is read than the limit of the call, and none where its length is announced", async () => {
  const part = Buffer.alloc(1024 * 1024, " ");
  let written = 0;
  const pour = (socket: Socket) => {
    if (written >= 100 * part.length || socket.destroyed) return;
    written += part.length;
    socket.write(`${part.length.toString(16)}\r\n`);
    socket.write(part);
    socket.write("\r\n", () => pour(socket));
  };
  const port = await sending((socket, request) => {
    if (request === 0) socket.write(answer("", { length: 100 * part.length }));
    else {
      socket.write(chunked);
      pour(socket);
    }
  });
  const agent = { host: "a", managerHost: "m" };
  const before = process.memoryUsage().rss;
  expect(await rejection(port.listAgentSecrets(agent))).toMatchObject({
    code: malformed,
    summary: expect.stringContaining("the answer is longer than 8388608 bytes"),
  });
  expect(await rejection(port.listAgentSecrets(agent))).toMatchObject({ code: malformed });
  expect(written).toBeLessThan(40 * part.length);
  expect(process.memoryUsage().rss - before).toBeLessThan(100 * part.length);
});

test("100,000 brackets that are never closed, or all closed, are an answer like any other wrong one", async () => {
  const bodies = ["[".repeat(100_000), `{"clientIds":${"[".repeat(100_000)}${"]".repeat(100_000)}}`];
  const port = await sending((socket, request) => socket.write(answer(bodies[request] ?? "")));
  expect(await rejection(port.listClients())).toMatchObject({ code: malformed });
  expect(await rejection(port.listClients())).toMatchObject({ code: malformed });
});
