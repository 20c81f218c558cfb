import { ask, bearer, simulate, world } from "./ask";

const issue = "secret/client/generateInfo";
const list = "secret/client/list";
const del = "secret/client/deleteInfo";

test("C1: a new initial secret ends the former one", async () => {
  const { simulation } = simulate();
  const { json } = await ask(simulation, "secret/generateInfo");
  expect(json.lastUpdateTime).toBe("2024-02-29T12:34:56Z");
  const using = (secret: string) =>
    ask(
      simulation,
      issue,
      { clientId: secret },
      { headers: { authorization: bearer("MANAGER_initial", secret) } },
    );
  expect((await using("tokyo-initial")).status).toBe(401);
  expect((await using(json.secret)).status).toBe(200);
});

test("C2: a client is issued once, with the secret that authenticates it", async () => {
  const { simulation } = simulate();
  const { json } = await ask(simulation, issue, { clientId: "app" });
  expect(simulation.truth().managers.tokyo?.clients?.app).toBe(json.clientSecret);
  expect(await ask(simulation, issue, { clientId: "app" })).toMatchObject({
    status: 400,
    messageId: "KAJY68004-E",
  });
  const known = { headers: { authorization: bearer("app", json.clientSecret) } };
  expect((await ask(simulation, "agents", undefined, known)).status).toBe(403);
});

test.each([
  ["x", 200],
  [" ~", 200],
  ["x".repeat(280), 200],
  ["x".repeat(281), 400],
  ["", 400],
  ["a:b", 400],
  ["ä", 400],
  ["a\tb", 400],
  ["AGENT_x", 400],
  ["MANAGER_x", 400],
  ["MANAGER_INTEGRATED_x", 400],
  ["agent_x", 200],
  [7, 400],
  [null, 400],
])("C2: the ID %j gets %i", async (clientId, status) => {
  const answer = await ask(simulate().simulation, issue, { clientId });
  expect(answer.status).toBe(status);
  if (status === 400) expect(answer.messageId).toBe("KAJY68002-E");
});

test("C3: the list has the clients of agents and managers too", async () => {
  const { simulation } = simulate(world({ clients: { one: "s", two: null } }));
  expect((await ask(simulation, list)).json.clientIds).toEqual(["one", "two", "AGENT_web01"]);
  const lower = await ask(simulation, list, undefined, { manager: "osaka" });
  expect(lower.json.clientIds).toEqual(["MANAGER_INTEGRATED_immhost01", "AGENT_batch01"]);
});

test.each([
  [[]],
  [["one", "one"]],
  [["one", "AGENT_web01"]],
  [["one", "MANAGER_other"]],
  [["one", "MANAGER_INTEGRATED_"]],
  [["one", ""]],
  [["one", 1]],
])("C4: deleting %j is refused as a whole", async (clientIds) => {
  const { simulation } = simulate(world({ clients: { one: "s", MANAGER_other: "s" } }));
  expect(await ask(simulation, del, { clientIds })).toMatchObject({ status: 400, messageId: "KAJY68002-E" });
  expect((await ask(simulation, list)).json.clientIds).toContain("one");
});

test("C4: clients of other integrated managers can be deleted, in both spellings", async () => {
  const ids = ["MANAGER_INTEGRATED_old", "MANAGER__INTEGRATED_old"];
  const { simulation } = simulate(world({ clients: Object.fromEntries(ids.map((id) => [id, "s"])) }));
  expect(await ask(simulation, del, { clientIds: ids })).toMatchObject({ status: 200, text: "" });
  expect((await ask(simulation, list)).json.clientIds).toEqual(["AGENT_web01"]);
});

test("C5: an ID that is not there ends a deletion in the middle", async () => {
  const { simulation } = simulate(world({ clients: { one: "s", two: "s" } }));
  const answer = await ask(simulation, del, { clientIds: ["one", "unknown", "two"] });
  expect(answer).toMatchObject({ status: 500, messageId: "KAJY68007-E" });
  expect((await ask(simulation, list)).json.clientIds).toEqual(["two", "AGENT_web01"]);
  expect((await ask(simulation, del, { clientIds: ["one"] })).messageId).toBe("KAJY68007-E");
});

test("C6: without its database every call has its own error", async () => {
  const { simulation } = simulate(world({ state: "database-down", clients: { one: "s" } }));
  expect((await ask(simulation, "secret/generateInfo")).messageId).toBe("KAJY68001-E");
  expect((await ask(simulation, issue, { clientId: "x" })).messageId).toBe("KAJY68008-E");
  expect((await ask(simulation, list)).messageId).toBe("KAJY68009-E");
  expect((await ask(simulation, del, { clientIds: ["one"] })).messageId).toBe("KAJY68007-E");
  expect(simulation.truth().managers.tokyo?.clients).toEqual({ one: "s" });
});
