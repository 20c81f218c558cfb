import { anonymous } from "../../src/api/authentication";
import { TransportError, type TransportRequest } from "../../src/api/transport";
import { SecretValue } from "../../src/model/secret-value";
import {
  type Answerer,
  connect,
  json,
  PASSWORD,
  refuse,
  rejection,
  type SmallServer,
  startServer,
} from "./small-server";

let server: SmallServer | undefined;
afterEach(() => server?.close());

const web01 = { host: "web01", managerHost: "m" };
const session = {
  credentials: { method: "session", user: "jp1admin", password: new SecretValue(PASSWORD) },
} as const;

/** A manager that knows sessions: the latest login alone is valid, until `expire` is called. */
function sessions(rest: Answerer): { answer: Answerer; expire: () => void; logins: () => number } {
  let logins = 0;
  let valid = false;
  const answer: Answerer = (request, response, socket) => {
    if (request.url === "/im/api/v1/login") {
      logins += 1;
      valid = true;
      const body = {
        jp1user: "jp1admin",
        jp1token: "j",
        token: `token-${logins}`,
        clientId: "c",
        permissions: [],
      };
      const cookie = `JSESSIONID=session-${logins}; Path=/im; HttpOnly`;
      return json(response, body, 200, { "Set-Cookie": cookie });
    }
    const expected = [`JSESSIONID=session-${logins}`, `Bearer token-${logins}`];
    const given = [request.headers.cookie, request.headers.authorization];
    if (!valid || given.join() !== expected.join()) return refuse(response, 401, "KAJY00000-E");
    if (request.url === "/im/api/v1/logout") {
      valid = false;
      return json(response, true);
    }
    rest(request, response, socket);
  };
  return {
    answer,
    expire: () => {
      valid = false;
    },
    logins: () => logins,
  };
}

test("a JP1 user is sent with every call, in base64 of UTF-8", async () => {
  server = await startServer((_request, response) => json(response, { clientIds: [] }));
  const credentials = { method: "user", user: "管理者", password: new SecretValue("pä:ß") } as const;
  const port = connect(server.url, { credentials });
  await port.listClients();
  await port.listClients();
  const expected = `Bearer ${Buffer.from("管理者:pä:ß", "utf8").toString("base64")}`;
  expect(server.received.map((request) => request.headers.authorization)).toEqual([expected, expected]);
  await port.close();
});

test("the initial secret is sent under its own ID", async () => {
  server = await startServer((_request, response) =>
    json(response, { clientSecret: "s", lastUpdateTime: "2024-02-29T12:34:56Z" }),
  );
  const credentials = { method: "initial-secret", secret: new SecretValue("i-1") } as const;
  const port = connect(server.url, { credentials });
  await port.issueClient("x");
  const expected = Buffer.from("MANAGER_initial:i-1").toString("base64");
  expect(server.received[0]?.headers.authorization).toBe(`Bearer ${expected}`);
  await port.close();
});

test("a session is opened by the first call only, used by all, and closed at the end", async () => {
  const manager = sessions((_request, response) => json(response, { clientIds: [] }));
  server = await startServer(manager.answer);
  const port = connect(server.url, session);
  expect(server.received).toHaveLength(0);
  await Promise.all([port.listClients(), port.listClients(), port.listClients()]);
  expect(manager.logins()).toBe(1);
  expect(JSON.parse(server.received[0]?.body ?? "")).toEqual({ user: "jp1admin", password: PASSWORD });
  expect(server.received[0]?.headers.authorization).toBeUndefined();
  await port.close();
  await port.close();
  const urls = server.received.map((request) => request.url);
  expect(urls.filter((url) => url.endsWith("/logout"))).toHaveLength(1);
  expect(urls.at(-1)).toBe("/im/api/v1/logout");
});

test("the logout waits no longer than a few seconds, and a manager that does not answer it is no error", async () => {
  const sent: TransportRequest[] = [];
  const port = connect("http://m", session, {
    transport: {
      close: async () => {},
      send: async (request) => {
        sent.push(request);
        if (request.path.endsWith("/logout")) throw new TransportError("timeout", true, "no answer");
        const headers = { "set-cookie": "JSESSIONID=s", "content-type": "application/json" };
        return { status: 200, headers, body: Buffer.from('{"token":"t","clientIds":[]}') };
      },
    },
  });
  await port.listClients();
  await port.close();
  expect(sent.map(({ path, deadline }) => [path.split("/").at(-1), (deadline ?? 60_000) <= 10_000])).toEqual([
    ["login", false],
    ["list", false],
    ["logout", true],
  ]);
});

test("nothing is sent when a session that was never used is closed", async () => {
  server = await startServer(sessions(() => {}).answer);
  await connect(server.url, session).close();
  expect(server.received).toEqual([]);
});

test("calls that meet an expired session at once share one new login, writes too", async () => {
  const manager = sessions((request, response) =>
    request.url.endsWith("/change") ? response.writeHead(200).end() : json(response, { clientIds: [] }),
  );
  server = await startServer(manager.answer);
  const port = connect(server.url, session);
  await port.listClients();
  manager.expire();
  const change = { add: [], delete: ["k"] };
  await Promise.all([
    ...Array.from({ length: 6 }, () => port.listClients()),
    port.changeAgentSecrets(web01, change),
    port.changeAgentSecrets(web01, change),
  ]);
  expect(manager.logins()).toBe(2);
  await port.close();
});

test("a second 401 in a row is an error and not a third login", async () => {
  let logins = 0;
  server = await startServer((request, response) => {
    if (request.url !== "/im/api/v1/login") return refuse(response, 401, "KAJY00000-E");
    logins += 1;
    json(response, { token: "t" }, 200, { "Set-Cookie": "JSESSIONID=s" });
  });
  const port = connect(server.url, session);
  expect(await rejection(port.listClients())).toMatchObject({
    code: "manager-denied",
    status: 401,
    effect: "none",
    summary: expect.stringContaining("the session that it has just opened"),
  });
  expect(logins).toBe(2);
  await port.close();
});

test("a 401 to a JP1 user sent with each request names the manager's switch and ours, and no call follows it", async () => {
  server = await startServer((_request, response) => refuse(response, 401, "KAJY00000-E"));
  const port = connect(server.url);
  const denied = await rejection(port.listClients());
  expect(denied).toMatchObject({ code: "manager-denied", status: 401 });
  expect(denied.summary).toContain("`session: false`");
  expect(denied.remedy).toContain("jp1.imdd.authBasic=true");
  expect(denied.summary).toContain("this user jp1admin and password");
  expect(await rejection(port.listLowerManagers())).toEqual(denied);
  expect(server.received).toHaveLength(1);
  await port.close();
});

test("a login that is refused names the user, and where `auth` is declared", async () => {
  server = await startServer((_request, response) => refuse(response, 401, "KAJY00000-E"));
  const port = connect(server.url, { ...session, authDeclaredAt: "tokyo.yaml:5:11" });
  const { summary, remedy } = await rejection(port.listClients());
  expect(summary).toContain("the user jp1admin and password are not accepted");
  expect(remedy).toMatch(/^check `auth`: .*; `auth` is at tokyo.yaml:5:11$/);
  await port.close();
});

test("a 401 to an initial secret does not speak of a user", async () => {
  server = await startServer((_request, response) => refuse(response, 401, "KAJY00000-E"));
  const credentials = { method: "initial-secret", secret: new SecretValue("old") } as const;
  const port = connect(server.url, { credentials });
  const { summary, remedy } = await rejection(port.issueClient("a"));
  expect(summary).toMatch(/does not accept this initial secret$/);
  expect(remedy).not.toMatch(/user|password|authBasic/);
  await port.close();
});

test.each([
  [403, "KAJY52001-E"],
  [403, "KAJY52004-E"],
  [401, "KAJY00000-E"],
])("a login refused with %d %s is sent once, however many calls follow", async (status, messageId) => {
  server = await startServer((_request, response) => refuse(response, status, messageId));
  const port = connect(server.url, session);
  const denied = { code: "manager-denied", messageId, request: "POST login", effect: "none" };
  expect(await rejection(port.deleteClients(["a"]))).toMatchObject(denied);
  expect(await rejection(port.listClients())).toMatchObject(denied);
  expect(server.received).toHaveLength(1);
  await port.close();
});

test("a login that failed in passing is tried again by the next call", async () => {
  const manager = sessions((_request, response) => json(response, { clientIds: ["a"] }));
  let down = true;
  server = await startServer((request, response, socket) =>
    down ? refuse(response, 403, "KAJY52002-E") : manager.answer(request, response, socket),
  );
  const port = connect(server.url, session);
  expect(await rejection(port.listClients())).toMatchObject({ messageId: "KAJY52002-E" });
  down = false;
  expect(await port.listClients()).toEqual(["a"]);
  await port.close();
});

test.each([
  ["a token of the wrong type", { token: 5 }, "JSESSIONID=s", /token is of type number/],
  ["a token that cannot be a header", { token: "a\nb" }, "JSESSIONID=s", /token is not printable/],
  ["no session cookie", { token: "t" }, "OTHER=s", /no JSESSIONID/],
])("a login answered with %s is malformed", async (_what, body, cookie, summary) => {
  server = await startServer((_request, response) => json(response, body, 200, { "Set-Cookie": cookie }));
  const port = connect(server.url, session);
  const details = await rejection(port.listClients());
  expect(details).toMatchObject({ code: "manager-malformed", request: "POST login" });
  expect(details.summary).toMatch(summary);
  await port.close();
});

test("anonymous calls carry no credentials", async () => {
  const pass = await anonymous.pass();
  expect(Object.keys(pass.headers)).not.toContain("authorization");
  expect(pass.secrets).toEqual([]);
});
