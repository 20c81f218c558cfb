import { answersTo, askedGapIds } from "../../src/model/gaps";
import { parseWorld } from "../../src/simulator/parse-world";
import type { WorldDefinition } from "../../src/simulator/world-definition";
import { ask, simulate, world } from "./ask";

const clients = { one: "s", two: "s" };
const like = (behaviours: WorldDefinition["behaviours"]) =>
  simulate(world({ clients }, behaviours && { behaviours })).simulation;
const deletion = { clientIds: ["one", "missing", "two"] };

test.each([
  [undefined, 500, ["two"]],
  ["stops", 500, ["two"]],
  ["nothing", 500, ["one", "two"]],
  ["rest-deleted", 500, []],
] as const)("B1: a deletion of clients that is %s", async (batch, status, left) => {
  const simulation = like(batch && { "client-delete-batch": batch });
  const answer = await ask(simulation, "secret/client/deleteInfo", deletion);
  expect(answer.status).toBe(status);
  expect(Object.keys(simulation.truth().managers.tokyo?.clients ?? {})).toEqual(left);
});

test("B1: where what is missing may be deleted, it ends no batch", async () => {
  const simulation = like({ "client-delete-missing": "accepted", "client-delete-batch": "stops" });
  expect(await ask(simulation, "secret/client/deleteInfo", deletion)).toMatchObject({ status: 200 });
  expect(simulation.truth().managers.tokyo?.clients).toEqual({});
});

test("B1: a batch of secrets is as atomic as its behaviour says", async () => {
  const body = {
    ...{ agenthost: "web01", managerhost: "immhost01" },
    delete: { secrets: [{ key: "a" }, { key: "missing" }, { key: "b" }] },
  };
  const left = async (batch: "stops" | "nothing" | "rest-deleted") => {
    const simulation = like({ "secret-batch": batch });
    expect((await ask(simulation, "agents/secrets/change", body)).status).toBe(500);
    const { secrets = {} } = simulation.truth().managers.tokyo?.agents?.[0] ?? {};
    return Object.keys(secrets).filter((key) => !key.startsWith("immgr."));
  };
  expect(await left("stops")).toEqual(["b"]);
  expect(await left("nothing")).toEqual(["a", "b"]);
  expect(await left("rest-deleted")).toEqual([]);
});

test("B1: the truth keeps the behaviours, and a world file may have each of them", async () => {
  const behaviours = Object.fromEntries(askedGapIds.map((id) => [id, answersTo(id).at(-1)]));
  const definition = parseWorld(JSON.stringify({ ...world(), behaviours }), "world.yaml");
  const { simulation } = simulate(definition);
  await ask(simulation, "agents", undefined, { anyAnswer: true });
  expect(simulation.truth().behaviours).toEqual(behaviours);
});

test("a behaviour or an answer that does not exist is refused with those that do", () => {
  const text = (behaviours: object) => JSON.stringify({ ...world(), behaviours });
  expect(() => parseWorld(text({ "secret-batches": "stops" }), "world.yaml")).toThrow(
    'unknown key "secret-batches"',
  );
  expect(() => parseWorld(text({ "secret-batch": "maybe" }), "world.yaml")).toThrow(/rest-deleted/);
});
