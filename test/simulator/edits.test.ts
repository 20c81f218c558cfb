import { type Edit, EditError } from "../../src/simulator/edit";
import { Simulation } from "../../src/simulator/simulation";
import { ask, batch01, bearer, keysOf, simulate, web01, world } from "./ask";

type EditOn = Edit extends infer E ? (E extends Edit ? Omit<E, "manager"> : never) : never;

const edit = (simulation: Simulation, what: EditOn, manager = "tokyo") =>
  simulation.edit({ manager, ...what } as Edit);

test("E1: someone sets and removes a secret on the agent, reachable or not", async () => {
  const { simulation } = simulate();
  edit(simulation, { type: "set-agent-state", host: "web01", state: "down" });
  edit(simulation, { type: "set-agent-secret", host: "web01", key: "x", secret: "s" });
  edit(simulation, { type: "remove-agent-secret", host: "web01", key: "a" });
  edit(simulation, { type: "set-agent-state", host: "web01", state: "up" });
  expect(await keysOf(simulation)).toEqual(["b", "x"]);
});

test("E1: the agent keeps its limits on itself", () => {
  const { simulation } = simulate(world({ agents: [{ host: "web01", generateSecrets: 998 }] }));
  const set = (key: string, secret: string) => () =>
    edit(simulation, { type: "set-agent-secret", host: "web01", key, secret });
  expect(set("secret-0001", "new")).not.toThrow();
  expect(set("one-too-many", "s")).toThrow(EditError);
  expect(set("secret-0001", "é")).toThrow(EditError);
  expect(set("", "s")).toThrow(EditError);
});

test("E2: someone creates and deletes clients of any kind", async () => {
  const { simulation } = simulate();
  edit(simulation, { type: "create-client", id: "MANAGER_INTEGRATED_old" });
  edit(simulation, { type: "create-client", id: "app", secret: "first" });
  edit(simulation, { type: "create-client", id: "app", secret: "second" });
  const status = async (secret: string) =>
    (await ask(simulation, "agents", undefined, { headers: { authorization: bearer("app", secret) } }))
      .status;
  expect(await status("first")).toBe(401);
  expect(await status("second")).toBe(403);
  edit(simulation, { type: "delete-client", id: "app" });
  const { json } = await ask(simulation, "secret/client/list");
  expect(json.clientIds).toEqual(["MANAGER_INTEGRATED_old", "AGENT_web01"]);
});

test("E2: someone issues another initial secret", async () => {
  const { simulation } = simulate();
  edit(simulation, { type: "set-initial-secret", secret: "other" });
  const initial = { headers: { authorization: bearer("MANAGER_initial", "other") } };
  expect((await ask(simulation, "secret/client/generateInfo", { clientId: "x" }, initial)).status).toBe(200);
});

test("E3: agents come and go", async () => {
  const { simulation } = simulate();
  edit(simulation, { type: "add-agents", agents: { host: "web{01..03}", secrets: { k: "v" } } });
  edit(simulation, { type: "remove-agent", host: "batch01" }, "osaka");
  const { json } = await ask(simulation, "agents");
  expect(json.agents.map((agent: { agenthost: string }) => agent.agenthost)).toEqual([
    "web01",
    "web02",
    "web03",
  ]);
  expect(await keysOf(simulation)).toEqual(["a", "b"]);
  expect(await keysOf(simulation, { ...web01, agenthost: "web03" })).toEqual(["k"]);
  expect((await ask(simulation, "agents/secrets", batch01)).messageId).toBe("KAJY68205-E");
});

test("E4: someone ends every session", async () => {
  const { simulation } = simulate();
  const { json, headers } = await ask(simulation, "login", { user: "jp1admin", password: "password" });
  const session = {
    headers: { authorization: `Bearer ${json.token}`, cookie: headers["set-cookie"]?.split(";")[0] },
  };
  edit(simulation, { type: "end-sessions" });
  expect((await ask(simulation, "agents", undefined, session)).status).toBe(401);
});

test.each<EditOn>([
  { type: "set-agent-secret", host: "web02", key: "k", secret: "s" },
  { type: "remove-agent-secret", host: "web01", key: "unknown" },
  { type: "remove-agent", host: "web02" },
  { type: "set-agent-state", host: "web02", state: "up" },
  { type: "add-agents", agents: { host: "web01" } },
  { type: "add-agents", agents: { host: "web{9..1}" } },
  { type: "add-agents", agents: { host: "new", generateSecrets: 999 } },
  { type: "create-client", id: "a:b" },
  { type: "create-client", id: "" },
  { type: "delete-client", id: "unknown" },
  { type: "set-initial-secret", secret: "" },
])("an edit that cannot be made changes nothing: %j", (what) => {
  const { simulation } = simulate();
  const before = simulation.truth();
  expect(() => edit(simulation, what)).toThrow(EditError);
  expect(simulation.truth()).toEqual(before);
});

test("an edit of an unknown manager is refused", () => {
  expect(() => edit(simulate().simulation, { type: "end-sessions" }, "nara")).toThrow(/no manager "nara"/);
});

test("O3: the truth makes the same world again", async () => {
  const { simulation } = simulate(
    world({ clients: { app: null }, agents: [{ host: "web{01..02}", generateSecrets: 3 }] }),
  );
  await ask(
    simulation,
    "secret/client/deleteInfo",
    { clientIds: ["MANAGER_INTEGRATED_immhost01"] },
    { manager: "osaka" },
  );
  const key = "immgr.clientSecret";
  await ask(simulation, "agents/secrets/change", { ...web01, delete: { secrets: [{ key }] } });
  edit(simulation, { type: "set-subordinates", hosts: [] });
  const truth = simulation.truth();
  const again = new Simulation(truth);
  expect(again.truth()).toEqual(truth);
  expect((await ask(again, "agents/secrets", web01)).messageId).toBe("KAJY68212-E");
  expect((await ask(again, "agents")).json.messageList).toHaveLength(1);
});

test("R1: the same world, clock, randomness and requests give the same answers", async () => {
  const run = async () => {
    const { simulation } = simulate();
    simulation.faults.add({ probability: 0.3, effect: { type: "drop", when: "after" } });
    const texts: string[] = [];
    for (let number = 0; number < 20; number += 1) {
      texts.push((await ask(simulation, "secret/client/generateInfo", { clientId: `c${number}` })).text);
    }
    return { texts, truth: simulation.truth() };
  };
  expect(await run()).toEqual(await run());
});
