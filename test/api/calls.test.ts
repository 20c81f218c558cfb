import type { ManagerPort } from "../../src/api/port";
import { SecretValue } from "../../src/model/secret-value";
import { connect, json, type Received, rejection, type SmallServer, startServer } from "./small-server";

let server: SmallServer;
let port: ManagerPort;
let answer: unknown;

beforeEach(async () => {
  server = await startServer((_request, response) => {
    if (answer !== undefined) return json(response, answer);
    response.writeHead(200, { "Content-Length": "0" });
    response.end();
  });
  port = connect(server.url);
});

afterEach(async () => {
  await port.close();
  await server.close();
});

async function sent(result: unknown, call: () => Promise<unknown>): Promise<[unknown, Received]> {
  answer = result;
  const value = await call();
  const [first] = server.received;
  if (!first || server.received.length !== 1) throw new Error("not one request");
  return [value, first];
}

const web01 = { host: "web01", managerHost: "immhost01" };

test("every request asks for English, says JSON and tells its length", async () => {
  const [, list] = await sent({ clientIds: [] }, () => port.listClients());
  expect(list.headers["accept-language"]).toBe("en");
  expect(list.headers["content-type"]).toBe("application/json");
  await port.listAgentSecrets(web01).catch(() => undefined);
  answer = { secret: "s", lastUpdateTime: "2024-02-29T12:34:56Z" };
  await port.issueInitialSecret();
  expect(server.received.slice(1).map((request) => request.headers["content-length"])).toEqual(["47", "0"]);
});

test("the version is asked for without credentials and outside of v1", async () => {
  const version = { productName: "JP1/IM3-Manager", productVersion: "13-10", apiVersion: ["01.00.00"] };
  const [value, request] = await sent(version, () => port.version());
  expect(value).toEqual(version);
  expect(request).toMatchObject({ method: "GET", url: "/im/api/version" });
  expect(request.headers.authorization).toBeUndefined();
});

test("issuing the initial secret sends no body and returns the secret wrapped", async () => {
  const [value, request] = await sent({ secret: "initial-1", lastUpdateTime: "2024-02-29T12:34:56Z" }, () =>
    port.issueInitialSecret(),
  );
  expect(request).toMatchObject({ method: "POST", url: "/im/api/v1/secret/generateInfo", body: "" });
  const issued = value as { secret: SecretValue; lastUpdateTime: string };
  expect([issued.secret.reveal(), issued.lastUpdateTime]).toEqual(["initial-1", "2024-02-29T12:34:56Z"]);
});

test("issuing a client sends its ID and returns its secret wrapped", async () => {
  const [value, request] = await sent({ clientSecret: "c-1", lastUpdateTime: "2024-02-29T12:34:56Z" }, () =>
    port.issueClient("fluentd web"),
  );
  expect(request.url).toBe("/im/api/v1/secret/client/generateInfo");
  expect(JSON.parse(request.body)).toEqual({ clientId: "fluentd web" });
  expect((value as { secret: SecretValue }).secret.reveal()).toBe("c-1");
});

test("a client's secret is taken from either of the two fields that the manual prints, and never from both", async () => {
  const lastUpdateTime = "2024-02-29T12:34:56Z";
  const [value] = await sent({ secret: "c-2", lastUpdateTime }, () => port.issueClient("a"));
  expect((value as { secret: SecretValue }).secret.reveal()).toBe("c-2");
  answer = { secret: "c-2", clientSecret: "c-3", lastUpdateTime };
  expect(await rejection(port.issueClient("a"))).toMatchObject({
    code: "manager-malformed",
    effect: "unknown",
    summary: expect.stringContaining("both clientSecret and secret"),
  });
});

test("an add-on's field with a space at its end is the field", async () => {
  const addons = [
    { addonName: "a", "enabled ": true },
    { addonName: "b", "enabled ": false },
  ];
  const [agents] = await sent({ agents: [{ ...wireAgent, addons }] }, () => port.listAgents());
  const read = [
    { name: "a", enabled: true },
    { name: "b", enabled: false },
  ];
  expect(agents).toMatchObject({ complete: true, value: [{ addons: read }] });
});

test("clients are listed and deleted in one request each", async () => {
  const [ids, list] = await sent({ clientIds: ["AGENT_web01", "a"] }, () => port.listClients());
  expect([ids, list.method, list.url]).toEqual([
    ["AGENT_web01", "a"],
    "GET",
    "/im/api/v1/secret/client/list",
  ]);
  answer = undefined;
  await port.deleteClients(["a", "b"]);
  expect(server.received[1]).toMatchObject({ url: "/im/api/v1/secret/client/deleteInfo" });
  expect(JSON.parse(server.received[1]?.body ?? "")).toEqual({ clientIds: ["a", "b"] });
});

test("lower managers are listed, put and deleted", async () => {
  const [hosts, list] = await sent({ subManagers: ["osaka"] }, () => port.listLowerManagers());
  expect([hosts, list.method, list.url]).toEqual([["osaka"], "GET", "/im/api/v1/subManagers"]);
  answer = undefined;
  await port.putLowerManager("osaka", new SecretValue("initial"));
  expect(await port.deleteLowerManagers(["osaka"])).toEqual({ complete: true, value: [] });
  expect(server.received.slice(1).map(({ url, body }) => [url, JSON.parse(body)])).toEqual([
    ["/im/api/v1/subManagers/createInfo", { hostname: "osaka", initialsecret: "initial" }],
    ["/im/api/v1/subManagers/deleteInfo", { subManagers: ["osaka"] }],
  ]);
});

const wireAgent = {
  agentid: "1",
  agenthost: "web01",
  os: "linux",
  installpath: "/opt",
  imversion: "130000",
  managerhost: "immhost01",
  registeredtime: "2024-02-29T12:34:56Z",
  addons: [{ addonName: "prometheus", enabled: true }],
};

test("agents are listed without a body", async () => {
  const [agents, request] = await sent({ agents: [wireAgent] }, () => port.listAgents());
  expect(request).toMatchObject({ method: "POST", url: "/im/api/v1/agents", body: "" });
  const addons = [{ name: "prometheus", enabled: true }];
  expect(agents).toEqual({ complete: true, value: [{ id: "1", ...web01, os: "linux", addons }] });
});

test("an agent list with warnings is a partial answer with their meanings", async () => {
  const messageList = [{ messageId: "KAJY68204-W", message: "unreachable (osaka)" }];
  const [agents] = await sent({ agents: [], messageList }, () => port.listAgents());
  expect(agents).toEqual({
    complete: false,
    partial: [],
    warnings: [
      { messageId: "KAJY68204-W", message: "unreachable (osaka)", meaning: "a lower manager is unreachable" },
    ],
  });
});

test("deletions that reach only some hosts are partial answers that name the others", async () => {
  const messageList = [{ messageId: "KAJY68500-W", message: "osaka" }];
  const [lower] = await sent({ errhostlist: ["osaka"], messageList }, () =>
    port.deleteLowerManagers(["osaka"]),
  );
  expect(lower).toMatchObject({ complete: false, partial: ["osaka"] });
});

test("an agent's keys are listed and changed; an empty half of a change is left out", async () => {
  const secrets = [{ key: "a.b", obfuscated: "", secret: "" }];
  const [keys, list] = await sent({ secrets }, () => port.listAgentSecrets(web01));
  expect([keys, list.url]).toEqual([["a.b"], "/im/api/v1/agents/secrets"]);
  answer = undefined;
  await port.changeAgentSecrets(web01, { add: [{ key: "k", value: new SecretValue("007") }], delete: [] });
  await port.changeAgentSecrets(web01, { add: [], delete: ["a.b"] });
  const agent = { agenthost: "web01", managerhost: "immhost01" };
  expect(server.received.slice(1).map(({ body }) => JSON.parse(body))).toEqual([
    { ...agent, add: { secrets: [{ key: "k", secret: "007" }] } },
    { ...agent, delete: { secrets: [{ key: "a.b" }] } },
  ]);
});

test("agents that get the same secrets, and others in between, each get their own", async () => {
  answer = undefined;
  const [one, two] = ["1", "2"].map((text) => [{ key: "k", value: new SecretValue(`"${text}`) }]);
  const change = (host: string, add = one ?? [], deleted: readonly string[] = []) =>
    port.changeAgentSecrets({ host, managerHost: "immhost01" }, { add, delete: deleted });
  await change("web01");
  await change("web02", one, ["old"]);
  await change("web01", two);
  await change("web03");
  const added = (text: string) => ({ add: { secrets: [{ key: "k", secret: `"${text}` }] } });
  expect(server.received.map(({ body }) => JSON.parse(body))).toEqual([
    { agenthost: "web01", managerhost: "immhost01", ...added("1") },
    { agenthost: "web02", managerhost: "immhost01", ...added("1"), delete: { secrets: [{ key: "old" }] } },
    { agenthost: "web01", managerhost: "immhost01", ...added("2") },
    { agenthost: "web03", managerhost: "immhost01", ...added("1") },
  ]);
});

test("warnings on a call that has no partial answer are an error", async () => {
  answer = { messageList: [{ messageId: "KAJY68204-W", message: "m" }], clientIds: [], secrets: [] };
  const partial = {
    code: "manager-partial",
    messageId: "KAJY68204-W",
    meaning: "a lower manager is unreachable",
  };
  expect(await rejection(port.listClients())).toMatchObject({ ...partial, effect: "none" });
  expect(await rejection(port.listAgentSecrets(web01))).toMatchObject({ ...partial, effect: "none" });
  expect(await rejection(port.changeAgentSecrets(web01, { add: [], delete: ["a"] }))).toMatchObject({
    ...partial,
    effect: "unknown",
  });
});

test("connections are kept between requests", async () => {
  answer = { clientIds: [] };
  for (let count = 0; count < 20; count += 1) await port.listClients();
  // The next request may come before the connection of the last one counts as free; never more than that.
  expect(server.connections()).toBeLessThanOrEqual(2);
});
