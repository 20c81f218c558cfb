import { inspect } from "node:util";
import type { Credentials } from "../../src/api/authentication";
import type { ManagerPort } from "../../src/api/port";
import { SecretValue } from "../../src/model/secret-value";
import {
  type Answerer,
  connect,
  json,
  PASSWORD,
  refuse,
  type SmallServer,
  startServer,
} from "./small-server";

const SENT = 'v4l"ue\\ sent';
const ISSUED = "issued-5ecret";
const TOKEN = "session-t0ken";
const COOKIE = "session-c00kie";
const password = new SecretValue(PASSWORD);

const waysIn: readonly Credentials[] = [
  { method: "user", user: "jp1admin", password },
  { method: "session", user: "jp1admin", password },
  { method: "initial-secret", secret: password },
];

const everything = [
  PASSWORD,
  SENT,
  ISSUED,
  TOKEN,
  COOKIE,
  `jp1admin:${PASSWORD}`,
  `MANAGER_initial:${PASSWORD}`,
].join(" ");

/** Managers that repeat every secret they know, in every place where an answer has room for text. */
const gossips: readonly (readonly [string, Answerer])[] = [
  // Only what the call itself carried: no credential stands beside it that would give the text away.
  ["alone in an unknown message", (request, response) => refuse(response, 400, "KAJY99999-E", request.body)],
  ["alone in a known message", (request, response) => refuse(response, 400, "KAJY68209-E", request.body)],
  ["in an error's message", (request, response) => refuse(response, 400, "KAJY99999-E", echo(request.body))],
  [
    "in a known error's message",
    (request, response) => refuse(response, 500, "KAJY68001-E", echo(request.body)),
  ],
  [
    "in the message of a denial",
    (request, response) => refuse(response, 403, "KAJY01000-E", echo(request.body)),
  ],
  [
    "as base64",
    (request, response) => refuse(response, 400, "KAJY99999-E", request.headers.authorization ?? ""),
  ],
  [
    "in a page",
    (request, response) => response.writeHead(200, { "Content-Type": "text/html" }).end(echo(request.body)),
  ],
  [
    "in half an answer",
    (_q, response) =>
      response.writeHead(200, { "Content-Type": "application/json" }).end(`{"secret":"${ISSUED}"`),
  ],
  [
    "in its Content-Type",
    (_q, response) => response.writeHead(200, { "Content-Type": `${TOKEN}/${ISSUED}` }).end("x"),
  ],
  [
    "in a redirect",
    (_q, response) => response.writeHead(302, { Location: `https://${TOKEN}.x/${ISSUED}` }).end(),
  ],
  [
    "in warnings",
    (request, response) =>
      json(response, {
        secret: ISSUED,
        clientSecret: ISSUED,
        agents: [],
        errhostlist: [],
        messageList: [{ messageId: "KAJY68204-W", message: echo(request.body) }],
      }),
  ],
  [
    "beside wrong types",
    (_q, response) => json(response, { secret: ISSUED, clientSecret: ISSUED, lastUpdateTime: 1 }),
  ],
  [
    "in what is not HTTP",
    (_q, _response, socket) => socket.end(`HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n${ISSUED}`),
  ],
];

function echo(body: string): string {
  return `${everything} ${encodeURIComponent(everything)} ${JSON.stringify(everything)} ${body}`;
}

const web01 = { host: "web01", managerHost: "m" };
const calls: readonly ((port: ManagerPort) => Promise<unknown>)[] = [
  (port) => port.issueInitialSecret(),
  (port) => port.issueClient("x"),
  (port) => port.listClients(),
  (port) => port.putLowerManager("x", new SecretValue(SENT)),
  (port) => port.deleteLowerManagers(["x"]),
  (port) => port.listAgents(),
  (port) => port.changeAgentSecrets(web01, { add: [{ key: "k", value: new SecretValue(SENT) }], delete: [] }),
];

let server: SmallServer | undefined;
afterEach(() => server?.close());

describe.each(waysIn)("with credentials by $method", (credentials) => {
  test.each(gossips)("no secret that a manager repeats %s comes out of a call", async (_where, answer) => {
    server = await startServer((request, response, socket) => {
      if (request.url !== "/im/api/v1/login") return answer(request, response, socket);
      json(response, { token: TOKEN }, 200, { "Set-Cookie": `JSESSIONID=${COOKIE}` });
    });
    const port = connect(server.url, { credentials }, { retry: { attempts: 1, busyAttempts: 1 } });
    // A token is a secret only to who was given it: without a session it is any word.
    const known = credentials.method === "session" ? [...OWN, TOKEN, COOKIE] : OWN;
    for (const call of calls) {
      const outcome = await call(port).catch((error: unknown) => error);
      expectNoSecret(outcome, known);
    }
    expectNoSecret(port, known);
    expect(server.received.filter(({ url }) => url !== "/im/api/v1/login")).toHaveLength(calls.length);
    await port.close();
  });

  test.each(gossips)("no secret that a manager repeats %s comes out of a login", async (_where, answer) => {
    server = await startServer(answer);
    const port = connect(server.url, { credentials }, { retry: { attempts: 1, busyAttempts: 1 } });
    expectNoSecret(await port.listClients().catch((error: unknown) => error), OWN);
    expect(server.received).not.toHaveLength(0);
    await port.close();
  });
});

const OWN = [PASSWORD, SENT, ISSUED];

function expectNoSecret(value: unknown, secrets: readonly string[]): void {
  const texts = [inspect(value, { depth: 20, showHidden: true }), JSON.stringify(value) ?? "", String(value)];
  for (let error = value; error instanceof Error; error = error.cause) {
    texts.push(error.message, error.stack ?? "");
  }
  const shown = texts.join("\n");
  for (const secret of secrets) {
    for (const spelling of spellings(secret)) {
      // Not `expect(shown).not.toContain`: its own failure would print the secret.
      if (shown.toLowerCase().includes(spelling.toLowerCase()))
        throw new Error(`a secret came out in ${shown}`);
    }
  }
}

function spellings(secret: string): string[] {
  return [
    secret,
    JSON.stringify(secret).slice(1, -1),
    encodeURIComponent(secret),
    Buffer.from(secret).toString("base64").replace(/=+$/, ""),
    Buffer.from(`jp1admin:${secret}`).toString("base64").replace(/=+$/, ""),
    Buffer.from(`MANAGER_initial:${secret}`).toString("base64").replace(/=+$/, ""),
  ];
}

test("the host of a redirect is not named to a call that carried a secret, for it may repeat it", async () => {
  server = await startServer((_request, response) => {
    response.writeHead(302, { Location: "https://v4lue-5ent.example/" }).end();
  });
  const port = connect(server.url);
  expectNoSecret(
    await port.putLowerManager("x", new SecretValue("v4lue-5ent")).catch((error: unknown) => error),
    ["v4lue-5ent"],
  );
  expect(server.received).toHaveLength(1);
  await port.close();
});
