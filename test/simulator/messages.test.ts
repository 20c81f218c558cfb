import { messages } from "../../src/simulator/messages";
import { routes } from "../../src/simulator/routes";
import { type Asked, type AskOptions, add, ask, batch01, bearer, simulate, web01, world } from "./ask";
import { contract } from "./contract";

type Simulated = ReturnType<typeof simulate>["simulation"];

const change = "agents/secrets/change";

/** One way to each message of the manual. */
const ways: Record<string, (simulation: Simulated) => Promise<Asked>> = {
  "KAJY00007-E": (s) => withAgent(s, "storage-full", change, { ...web01, ...add("x") }),
  "KAJY01000-E": (s) =>
    ask(s, "agents", undefined, { headers: { authorization: bearer("MANAGER_initial", "tokyo-initial") } }),
  "KAJY02039-E": (s) => withStatus(s, "KAJY02039-E", 500, "agents/secrets", web01),
  "KAJY52001-E": (s) => ask(s, "login", { user: "jp1admin", password: "wrong" }),
  "KAJY52002-E": (s) =>
    withManager(s, "tokyo", "authentication-down", "login", { user: "jp1admin", password: "password" }),
  "KAJY52003-E": (s) =>
    withStatus(s, "KAJY52003-E", 403, "login", { user: "jp1admin", password: "password" }),
  "KAJY52004-E": (s) => ask(s, "login", { user: "outsider", password: "password" }),
  "KAJY68001-E": (s) => withManager(s, "tokyo", "database-down", "secret/generateInfo"),
  "KAJY68002-E": (s) => ask(s, "secret/client/generateInfo", { clientId: "a:b" }),
  "KAJY68004-E": (s) => ask(s, "secret/client/generateInfo", { clientId: "known" }),
  "KAJY68007-E": (s) => ask(s, "secret/client/deleteInfo", { clientIds: ["unknown"] }),
  "KAJY68008-E": (s) =>
    withManager(s, "tokyo", "database-down", "secret/client/generateInfo", { clientId: "x" }),
  "KAJY68009-E": (s) => withManager(s, "tokyo", "database-down", "secret/client/list"),
  "KAJY68012-E": (s) => ask(s, "subManagers/createInfo", { hostname: "elsewhere", initialsecret: "x" }),
  "KAJY68013-E": (s) => ask(s, "subManagers/deleteInfo", { subManagers: [] }),
  "KAJY68017-E": (s) =>
    ask(s, "subManagers/createInfo", { hostname: "immhost-kobe", initialsecret: "wrong" }),
  "KAJY68203-E": (s) => withManager(s, "osaka", "down", "agents/secrets", batch01),
  "KAJY68204-W": (s) => withManager(s, "osaka", "down", "agents"),
  "KAJY68205-E": (s) => ask(s, "agents/secrets", { ...web01, agenthost: "web02" }),
  "KAJY68207-E": (s) => withAgent(s, "base-failed", "agents/secrets", web01),
  "KAJY68209-E": (s) => ask(s, change, web01),
  "KAJY68210-W": (s) => withManager(s, "osaka", "imbase-failed", "agents"),
  "KAJY68211-E": (s) => withManager(s, "osaka", "imbase-failed", "agents/secrets", batch01),
  "KAJY68212-E": (s) => withAgent(s, "down", "agents/secrets", web01),
  "KAJY68500-W": (s) => withManager(s, "osaka", "database-down", "agents"),
  "KAJY68501-E": (s) => withManager(s, "tokyo", "database-down", "subManagers"),
};

test.each(Object.entries(ways))(
  "%s can be reached, with the status it is published with",
  async (id, way) => {
    const users = { jp1admin: { password: "password" }, outsider: { password: "password", login: false } };
    const answer = await way(simulate(world({ users, clients: { known: null } })).simulation);
    const found = id.endsWith("-W") ? answer.json.messageList[0].messageId : answer.messageId;
    expect({ id: found, status: answer.status }).toEqual({ id, status: contract["x-messages"][id]?.status });
  },
);

test("there is a way to every message, and the simulator knows the same as the contract", () => {
  expect(Object.keys(ways)).toEqual(Object.keys(contract["x-messages"]));
  const own = Object.entries(messages).map(([id, { status, text }]) => [id, { status, meaning: text }]);
  expect(Object.fromEntries(own)).toEqual(contract["x-messages"]);
});

test("every message that a response declares is explained, and every explained one is declared", () => {
  const declared = Object.values(contract.paths)
    .flatMap((methods) => Object.values(methods))
    .flatMap(({ responses }) => Object.values(responses))
    .flatMap((response) => response["x-message-ids"] ?? []);
  expect([...new Set(declared)].sort()).toEqual(Object.keys(contract["x-messages"]).sort());
});

test("the simulator serves the contract's calls and no other", () => {
  const declared = Object.entries(contract.paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
  );
  expect([...routes].map(([path, { method }]) => `${method} ${path}`)).toEqual(declared);
});

function withManager(
  simulation: Simulated,
  manager: string,
  state: "down" | "database-down" | "imbase-failed" | "authentication-down",
  path: string,
  body?: unknown,
  options?: AskOptions,
): Promise<Asked> {
  simulation.edit({ manager, type: "set-manager-state", state });
  return ask(simulation, path, body, options);
}

function withAgent(
  simulation: Simulated,
  state: "down" | "base-failed" | "storage-full",
  path: string,
  body: unknown,
): Promise<Asked> {
  simulation.edit({ manager: "tokyo", type: "set-agent-state", host: "web01", state });
  return ask(simulation, path, body);
}

function withStatus(simulation: Simulated, messageId: string, status: number, path: string, body: unknown) {
  simulation.faults.add({ effect: { type: "status", status, messageId } });
  return ask(simulation, path, body);
}
