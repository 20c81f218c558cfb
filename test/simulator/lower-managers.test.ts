import type { Simulation } from "../../src/simulator/simulation";
import { ask, batch01, simulate, world } from "./ask";

const addTo = "subManagers/createInfo";
const deleteFrom = "subManagers/deleteInfo";
const integrated = "MANAGER_INTEGRATED_immhost01";
const kobe = { hostname: "immhost-kobe", initialsecret: "kobe-initial" };

const lowerManagers = async (simulation: Simulation) =>
  (await ask(simulation, "subManagers")).json.subManagers;
const clientsOn = async (simulation: Simulation, manager: string): Promise<string[]> =>
  (await ask(simulation, "secret/client/list", undefined, { manager })).json.clientIds;

test("L1: only a registered subordinate can be added", async () => {
  const { simulation } = simulate(world({ subordinates: [], lowerManagers: [] }));
  expect(await ask(simulation, addTo, kobe)).toMatchObject({ status: 400, messageId: "KAJY68012-E" });
  simulation.edit({ manager: "tokyo", type: "set-subordinates", hosts: ["immhost-kobe"] });
  expect((await ask(simulation, addTo, kobe)).status).toBe(200);
});

test("L2: the lower manager's initial secret is compared", async () => {
  const { simulation } = simulate();
  const wrong = { ...kobe, initialsecret: "tokyo-initial" };
  expect(await ask(simulation, addTo, wrong)).toMatchObject({ status: 500, messageId: "KAJY68017-E" });
  const { json } = await ask(simulation, "secret/generateInfo", undefined, { manager: "kobe" });
  expect((await ask(simulation, addTo, kobe)).messageId).toBe("KAJY68017-E");
  expect((await ask(simulation, addTo, { ...kobe, initialsecret: json.secret })).status).toBe(200);
});

test.each([
  ["database-down", "KAJY68017-E"],
  ["imbase-failed", "KAJY68017-E"],
  ["down", "KAJY68203-E"],
] as const)(
  "L2, L3: adding a manager that is %s fails with %s and changes nothing",
  async (state, messageId) => {
    const { simulation } = simulate();
    simulation.edit({ manager: "kobe", type: "set-manager-state", state });
    expect(await ask(simulation, addTo, kobe)).toMatchObject({ status: 500, messageId });
    simulation.edit({ manager: "kobe", type: "set-manager-state", state: "up" });
    expect(await lowerManagers(simulation)).toEqual(["immhost-osaka"]);
    expect(await clientsOn(simulation, "kobe")).not.toContain(integrated);
  },
);

test("L3: a registered host that does not exist is unreachable", async () => {
  const answer = await ask(simulate().simulation, addTo, { hostname: "immhost-gone", initialsecret: "x" });
  expect(answer.messageId).toBe("KAJY68203-E");
});

test("L4: adding registers a client below, and adding again renews it", async () => {
  const { simulation } = simulate();
  const secret = () => simulation.truth().managers.kobe?.clients?.[integrated];
  expect(await ask(simulation, addTo, kobe)).toMatchObject({ status: 200, text: "" });
  const first = secret();
  expect(first).toBeDefined();
  expect(await lowerManagers(simulation)).toEqual(["immhost-osaka", "immhost-kobe"]);
  expect((await ask(simulation, addTo, kobe)).status).toBe(200);
  expect(secret()).not.toBe(first);
  expect(await lowerManagers(simulation)).toEqual(["immhost-osaka", "immhost-kobe"]);
});

test.each([
  [{ hostname: "", initialsecret: "x" }],
  [{ hostname: "h".repeat(256), initialsecret: "x" }],
  [{ hostname: "immhost-kobe", initialsecret: "" }],
  [{ hostname: "immhost-kobe", initialsecret: "x".repeat(1025) }],
  [{ hostname: "immhost-kobe", initialsecret: "é" }],
])("L1: the parameters %j are invalid", async (body) => {
  expect(await ask(simulate().simulation, addTo, body)).toMatchObject({
    status: 400,
    messageId: "KAJY68012-E",
  });
});

test("L5: deleting removes both sides", async () => {
  const { simulation } = simulate();
  expect(await clientsOn(simulation, "osaka")).toContain(integrated);
  expect(await ask(simulation, deleteFrom, { subManagers: ["immhost-osaka"] })).toMatchObject({
    status: 200,
    text: "",
  });
  expect(await lowerManagers(simulation)).toEqual([]);
  expect(await clientsOn(simulation, "osaka")).not.toContain(integrated);
});

test.each([[[]], [["immhost-osaka", "immhost-kobe"]], [["immhost-osaka", "immhost-osaka"]], [[""]]])(
  "L5: deleting %j is refused as a whole",
  async (subManagers) => {
    const { simulation } = simulate();
    expect(await ask(simulation, deleteFrom, { subManagers })).toMatchObject({
      status: 400,
      messageId: "KAJY68013-E",
    });
    expect(await lowerManagers(simulation)).toEqual(["immhost-osaka"]);
    expect(await clientsOn(simulation, "osaka")).toContain(integrated);
  },
);

test.each([
  ["down", "KAJY68204-W"],
  ["database-down", "KAJY68500-W"],
] as const)("L6: a manager that is %s is deleted here, and its side stays", async (state, messageId) => {
  const { simulation } = simulate();
  simulation.edit({ manager: "osaka", type: "set-manager-state", state });
  const { status, json } = await ask(simulation, deleteFrom, { subManagers: ["immhost-osaka"] });
  expect({ status, json }).toMatchObject({
    status: 200,
    json: { errhostlist: ["immhost-osaka"], messageList: [{ messageId }] },
  });
  expect(await lowerManagers(simulation)).toEqual([]);
  expect(simulation.truth().managers.osaka?.clients).toHaveProperty([integrated]);
});

test("L6: several hosts share one message", async () => {
  const { simulation } = simulate();
  await ask(simulation, addTo, kobe);
  for (const manager of ["osaka", "kobe"])
    simulation.edit({ manager, type: "set-manager-state", state: "down" });
  const { json } = await ask(simulation, deleteFrom, { subManagers: ["immhost-kobe", "immhost-osaka"] });
  expect(json.messageList).toHaveLength(1);
  expect(json.messageList[0].message).toContain("immhost-kobe,immhost-osaka");
});

test("L7: without its client below, the integrated manager is not let in", async () => {
  const { simulation } = simulate();
  const ids = { clientIds: [integrated] };
  expect((await ask(simulation, "secret/client/deleteInfo", ids, { manager: "osaka" })).status).toBe(200);
  expect((await ask(simulation, "agents")).json.messageList).toMatchObject([{ messageId: "KAJY68204-W" }]);
  expect((await ask(simulation, "agents/secrets", batch01)).messageId).toBe("KAJY68203-E");
  expect((await ask(simulation, "agents/secrets", batch01, { manager: "osaka" })).status).toBe(200);
});

test("L8: without its own database nothing is known or changed", async () => {
  const { simulation } = simulate(world({ state: "database-down" }));
  expect((await ask(simulation, "subManagers")).messageId).toBe("KAJY68501-E");
  expect((await ask(simulation, addTo, kobe)).messageId).toBe("KAJY68501-E");
  expect((await ask(simulation, deleteFrom, { subManagers: ["immhost-osaka"] })).messageId).toBe(
    "KAJY68501-E",
  );
});

test("L9: lower managers of the world file have been added before", async () => {
  expect(await clientsOn(simulate().simulation, "osaka")).toContain(integrated);
});
