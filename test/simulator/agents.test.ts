import { parseWorld } from "../../src/simulator/parse-world";
import type { Simulation } from "../../src/simulator/simulation";
import { ask, batch01, bearer, simulate, web01, world } from "./ask";

const hosts = async (simulation: Simulation) =>
  (await ask(simulation, "agents")).json.agents.map((agent: { agenthost: string }) => agent.agenthost);

test("G1: the list covers lower managers, and tells whose agent each is", async () => {
  const { json } = await ask(simulate().simulation, "agents");
  expect(json.agents).toMatchObject([web01, batch01]);
  expect(json.agents[0]).toMatchObject({ os: "linux", registeredtime: "2024-02-29T12:34:56Z", addons: [] });
  expect(json).not.toHaveProperty("messageList");
});

test("G1: the agents of managers further below are there as well", async () => {
  const { simulation } = simulate();
  simulation.edit({ manager: "osaka", type: "set-subordinates", hosts: ["immhost-kobe"] });
  const kobe = { hostname: "immhost-kobe", initialsecret: "kobe-initial" };
  expect((await ask(simulation, "subManagers/createInfo", kobe, { manager: "osaka" })).status).toBe(200);
  expect(await hosts(simulation)).toEqual(["web01", "batch01", "db01"]);
  simulation.edit({ manager: "osaka", type: "set-manager-state", state: "down" });
  expect(await hosts(simulation)).toEqual(["web01"]);
});

test.each([
  ["down", "KAJY68204-W"],
  ["database-down", "KAJY68500-W"],
  ["imbase-failed", "KAJY68210-W"],
] as const)(
  "G1, G4: the agents of a manager that is %s are missing and cannot be deleted",
  async (state, messageId) => {
    const { simulation } = simulate();
    simulation.edit({ manager: "osaka", type: "set-manager-state", state });
    const { status, json } = await ask(simulation, "agents");
    expect({ status, json }).toMatchObject({
      status: 200,
      json: { agents: [web01], messageList: [{ messageId }] },
    });
    const answer = await ask(simulation, "agents/delete", { agents: [batch01, web01] });
    expect(answer).toMatchObject({
      status: 200,
      json: { errhostlist: [batch01], messageList: [{ messageId }] },
    });
    simulation.edit({ manager: "osaka", type: "set-manager-state", state: "up" });
    expect(await hosts(simulation)).toEqual(["batch01"]);
  },
);

test("G2: without its own database a manager lists and deletes nothing", async () => {
  const { simulation } = simulate(world({ state: "database-down" }));
  expect((await ask(simulation, "agents")).messageId).toBe("KAJY68501-E");
  expect((await ask(simulation, "agents/delete", { agents: [web01] })).messageId).toBe("KAJY68501-E");
});

test("G3: an agent goes with its client", async () => {
  const { simulation } = simulate();
  expect(await ask(simulation, "agents/delete", { agents: [web01, batch01] })).toMatchObject({
    status: 200,
    text: "",
  });
  expect(await hosts(simulation)).toEqual([]);
  expect((await ask(simulation, "secret/client/list")).json.clientIds).toEqual([]);
  expect((await ask(simulation, "agents/secrets", web01)).messageId).toBe("KAJY68205-E");
});

test("G3: an unknown agent, a duplicate or nothing at all is refused as a whole", async () => {
  const { simulation } = simulate();
  const wrong = [
    [],
    [web01, web01],
    [web01, { ...web01, agenthost: "web02" }],
    [web01, { ...web01, managerhost: "immhost-kobe" }],
  ];
  for (const agents of wrong) expect((await ask(simulation, "agents/delete", { agents })).status).toBe(400);
  expect(await hosts(simulation)).toEqual(["web01", "batch01"]);
});

test("G3: 200 agents are deleted in one call, and not 201", async () => {
  const { simulation } = simulate(world({ agents: [{ host: "web{001..201}" }] }));
  const agents = Array.from({ length: 201 }, (_, index) => ({
    agenthost: `web${String(index + 1).padStart(3, "0")}`,
    managerhost: "immhost01",
  }));
  expect((await ask(simulation, "agents/delete", { agents })).status).toBe(400);
  expect((await ask(simulation, "agents/delete", { agents: agents.slice(1) })).status).toBe(200);
  expect(await hosts(simulation)).toEqual(["web001", "batch01"]);
});

const salesWorld = () =>
  world({
    users: {
      jp1admin: { password: "password" },
      sales: { password: "p", resourceGroups: ["sales", "unused"] },
    },
    agents: [{ host: "web01", resourceGroups: ["web", "sales"], secrets: { a: "1" } }, { host: "web02" }],
  });
const sales = { headers: { authorization: bearer("sales", "p") } };

test("G5: a list holds only agents that the user may read, and no word of the others", async () => {
  const { simulation } = simulate(salesWorld());
  const { status, json } = await ask(simulation, "agents", undefined, sales);
  expect({ status, json }).toMatchObject({ status: 200, json: { agents: [{ agenthost: "web01" }] } });
  expect(json.agents).toHaveLength(1);
  expect(json).not.toHaveProperty("messageList");
  expect(await hosts(simulation)).toEqual(["web01", "web02", "batch01"]);
  simulation.edit({ manager: "tokyo", type: "set-resource-groups", user: "Sales", resourceGroups: [] });
  expect((await ask(simulation, "agents", undefined, sales)).json.agents).toEqual([]);
});

test("G3: an agent that the user has no right on is not deleted, nor one named beside it", async () => {
  const { simulation } = simulate(salesWorld());
  const web02 = { ...web01, agenthost: "web02" };
  expect((await ask(simulation, "agents/delete", { agents: [web01, web02] }, sales)).status).toBe(400);
  expect((await ask(simulation, "agents/delete", { agents: [web01] }, sales)).status).toBe(200);
  expect(await hosts(simulation)).toEqual(["web02", "batch01"]);
});

test("S2: the secrets of an agent open to the user of its group, and to no other", async () => {
  const { simulation } = simulate(salesWorld());
  const web02 = { ...web01, agenthost: "web02" };
  const change = { delete: { secrets: [{ key: "a" }] } };
  const refused = { status: 400, messageId: "KAJY68205-E" };
  for (const agent of [web02, batch01]) {
    expect(await ask(simulation, "agents/secrets", agent, sales)).toMatchObject(refused);
    expect(await ask(simulation, "agents/secrets/change", { ...agent, ...change }, sales)).toMatchObject(
      refused,
    );
  }
  expect((await ask(simulation, "agents/secrets", web01, sales)).status).toBe(200);
  expect((await ask(simulation, "agents/secrets/change", { ...web01, ...change }, sales)).status).toBe(200);
});

test("E4: the groups of a user that is not there cannot be set", () => {
  const { simulation } = simulate();
  expect(() =>
    simulation.edit({ manager: "tokyo", type: "set-resource-groups", user: "nobody", resourceGroups: [] }),
  ).toThrow(/no user "nobody"/);
});

test("G6: the system is given in lower case, and is Windows or Linux", async () => {
  const agents = [{ host: "a", os: "Windows" }, { host: "b", os: "linux" }, { host: "c" }];
  const { simulation } = simulate(world({ agents, lowerManagers: [] }));
  const { json } = await ask(simulation, "agents");
  expect(json.agents.map(({ os }: { os: string }) => os)).toEqual(["windows", "linux", "linux"]);
  const aix = world({ agents: [{ host: "a", os: "AIX" }] });
  expect(() => parseWorld(JSON.stringify(aix), "world.yaml")).toThrow(/os must be windows or linux/);
});
