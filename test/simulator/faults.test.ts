import type { Fault } from "../../src/simulator/fault";
import { seededRandom } from "../../src/simulator/seeded-random";
import { Simulation } from "../../src/simulator/simulation";
import { add, ask, bearer, keysOf, remove, simulate, web01, world } from "./ask";

const change = "agents/secrets/change";
const busy = { type: "status", status: 503, retryAfter: "7" } as const;

const statuses = async (simulation: Simulation, count: number) => {
  const seen: number[] = [];
  for (let number = 0; number < count; number += 1) {
    seen.push((await ask(simulation, "agents", undefined, { anyAnswer: true })).status);
  }
  return seen;
};

test.each<[string, Omit<Fault, "effect">, boolean]>([
  ["its short path", { path: "agents/secrets" }, true],
  ["its whole path", { path: "/im/api/v1/agents/secrets" }, true],
  ["a wildcard", { path: "agents/*" }, true],
  ["every path", { path: "*" }, true],
  ["another path", { path: "agents" }, false],
  ["its manager", { manager: "tokyo" }, true],
  ["another manager", { manager: "osaka" }, false],
  ["its method", { method: "POST" }, true],
  ["another method", { method: "GET" }, false],
  ["its body", { bodyIncludes: '"web01"' }, true],
  ["another body", { bodyIncludes: "web02" }, false],
  ["two criteria of which one fails", { path: "*", bodyIncludes: "web02" }, false],
])("F1: a fault chooses a request by %s", async (_, criteria, struck) => {
  const { simulation } = simulate();
  simulation.faults.add({ ...criteria, effect: busy });
  expect((await ask(simulation, "agents/secrets", web01)).status).toBe(struck ? 503 : 200);
});

test("F2: a fault strikes from one request on, so often and no more", async () => {
  const { simulation } = simulate();
  simulation.faults.add({ path: "agents", skip: 2, times: 2, effect: busy });
  expect(await statuses(simulation, 6)).toEqual([200, 200, 503, 503, 200, 200]);
  expect(simulation.faults.list()).toMatchObject([{ matched: 6, struck: 2 }]);
});

test("F2: a probability is repeatable, and neither never nor always", async () => {
  const run = () => {
    const { simulation } = simulate();
    simulation.faults.add({ probability: 0.5, effect: busy });
    return statuses(simulation, 40);
  };
  const first = await run();
  expect(await run()).toEqual(first);
  expect(new Set(first)).toEqual(new Set([200, 503]));
});

test("F2: a fault can be removed again", async () => {
  const { simulation } = simulate();
  const id = simulation.faults.add({ effect: busy });
  expect(simulation.faults.remove(id)).toBe(true);
  expect(simulation.faults.remove(id)).toBe(false);
  simulation.faults.add({ effect: busy });
  simulation.faults.clear();
  expect(await statuses(simulation, 1)).toEqual([200]);
});

test.each(["before", "after"] as const)("F3: a latency %s the effect is waited for", async (when) => {
  let finish = () => {};
  const clock = {
    now: () => 0,
    elapsed: () => 0,
    sleep: () => new Promise<void>((resolve) => (finish = resolve)),
  };
  const simulation = new Simulation(world(), { clock, random: seededRandom(1) });
  simulation.faults.add({ path: change, effect: { type: "latency", ms: 50, when } });
  const pending = ask(simulation, change, { ...web01, ...add("x") });
  let isAnswered = false;
  void pending.then(() => (isAnswered = true));
  await new Promise(setImmediate);
  expect(isAnswered).toBe(false);
  expect(await keysOf(simulation)).toEqual(when === "before" ? ["a", "b"] : ["a", "b", "x"]);
  finish();
  expect((await pending).status).toBe(200);
  expect(await keysOf(simulation)).toEqual(["a", "b", "x"]);
});

test.each([
  ["before", ["a", "b"]],
  ["after", ["a", "b", "x"]],
] as const)("F4: a connection dropped %s the effect gives no answer", async (when, keys) => {
  const { simulation } = simulate();
  simulation.faults.add({ path: change, effect: { type: "drop", when } });
  expect((await ask(simulation, change, { ...web01, ...add("x") })).status).toBe(0);
  expect(await keysOf(simulation)).toEqual(keys);
  expect(simulation.requests()[0]).toMatchObject({ status: "dropped" });
});

test.each([
  [undefined, ["a", "b"]],
  ["before", ["a", "b"]],
  ["after", ["a", "b", "x"]],
] as const)("F5: a status can be given instead of the effect or after it (%s)", async (when, keys) => {
  const { simulation } = simulate();
  const effect = { type: "status", status: 500, messageId: "KAJY02039-E" } as const;
  simulation.faults.add({ path: change, effect: when === undefined ? effect : { ...effect, when } });
  const answer = await ask(simulation, change, { ...web01, ...add("x") });
  expect(answer).toMatchObject({ status: 500, messageId: "KAJY02039-E" });
  expect(await keysOf(simulation)).toEqual(keys);
});

test.each([429, 503])("F5: %i comes with Retry-After", async (status) => {
  const { simulation } = simulate();
  simulation.faults.add({ effect: { type: "status", status, retryAfter: "7" } });
  const answer = await ask(simulation, "agents");
  expect(answer).toMatchObject({ status, messageId: "KAJY00000-E", headers: { "retry-after": "7" } });
});

test("F6: a proxy's page is possible", async () => {
  const { simulation } = simulate();
  simulation.faults.add({ effect: { type: "raw", status: 502, body: "<html>" } });
  const answer = await ask(simulation, "agents", undefined, { anyAnswer: true });
  expect(answer).toMatchObject({ status: 502, text: "<html>", headers: { "content-type": "text/html" } });
});

test("F7: a warning leaves the list as it is", async () => {
  const { simulation } = simulate();
  simulation.faults.add({ effect: { type: "warning", messageId: "KAJY68210-W", hosts: ["h1", "h2"] } });
  const { json } = await ask(simulation, "agents");
  expect(json.agents).toHaveLength(2);
  expect(json.messageList).toMatchObject([
    { messageId: "KAJY68210-W", message: expect.stringContaining("h1,h2") },
  ]);
});

test("F7: a warning on an empty answer names the hosts", async () => {
  const { simulation } = simulate();
  const effect = { type: "warning", messageId: "KAJY68204-W", hosts: ["immhost-osaka"] } as const;
  simulation.faults.add({ path: "subManagers/deleteInfo", effect });
  const { json } = await ask(simulation, "subManagers/deleteInfo", { subManagers: ["immhost-osaka"] });
  expect(json).toMatchObject({ errhostlist: ["immhost-osaka"], messageList: [{ messageId: "KAJY68204-W" }] });
  expect((await ask(simulation, "subManagers")).json.subManagers).toEqual([]);
});

test("F8: a session ends after so many calls, until the next login", async () => {
  const { simulation } = simulate();
  const login = async () => {
    const { json, headers } = await ask(simulation, "login", { user: "jp1admin", password: "password" });
    return {
      headers: { authorization: `Bearer ${json.token}`, cookie: headers["set-cookie"]?.split(";")[0] },
    };
  };
  simulation.faults.add({ path: "agents", skip: 2, times: 1, effect: { type: "expire-session" } });
  const session = await login();
  const seen: number[] = [];
  for (let call = 0; call < 4; call += 1)
    seen.push((await ask(simulation, "agents", undefined, session)).status);
  expect(seen).toEqual([200, 200, 401, 401]);
  expect((await ask(simulation, "agents", undefined, await login())).status).toBe(200);
});

test("F8: a JP1 user on every call has no session to end", async () => {
  const { simulation } = simulate();
  simulation.faults.add({ effect: { type: "expire-session" } });
  expect((await ask(simulation, "agents")).status).toBe(200);
});

test("F9: a lower limit of bodies is a matter of bytes", async () => {
  const { simulation } = simulate();
  const body = JSON.stringify({ ...web01, ...add("x") });
  simulation.faults.add({ path: change, effect: { type: "body-limit", bytes: body.length } });
  expect((await ask(simulation, change, body)).status).toBe(200);
  expect((await ask(simulation, change, `${body} `)).status).toBe(413);
});

test.each([
  [0, ["a", "b"]],
  [1, ["b"]],
  [2, ["b", "x"]],
  [3, ["b", "x", "y"]],
])("F10: a batch of three that is interrupted after %i items keeps them", async (items, keys) => {
  const { simulation } = simulate();
  simulation.faults.add({ path: change, effect: { type: "interrupt", items } });
  const answer = await ask(simulation, change, { ...web01, ...add("x", "y"), ...remove("a") });
  expect(answer.messageId).toBe(items === 3 ? undefined : "KAJY68207-E");
  expect(await keysOf(simulation)).toEqual(keys);
});

test("F10: other batches are interrupted as well", async () => {
  const { simulation } = simulate(
    world({ clients: { one: "s", two: "s" }, agents: [{ host: "web0{1..2}" }] }),
  );
  await ask(simulation, "subManagers/createInfo", {
    hostname: "immhost-kobe",
    initialsecret: "kobe-initial",
  });
  simulation.faults.add({ effect: { type: "interrupt", items: 1 } });
  const messages = [
    await ask(simulation, "secret/client/deleteInfo", { clientIds: ["one", "two"] }),
    await ask(simulation, "subManagers/deleteInfo", { subManagers: ["immhost-osaka", "immhost-kobe"] }),
    await ask(simulation, "agents/delete", { agents: [web01, { ...web01, agenthost: "web02" }] }),
  ].map(({ messageId }) => messageId);
  expect(messages).toEqual(["KAJY68007-E", "KAJY68501-E", "KAJY68501-E"]);
  const tokyo = simulation.truth().managers.tokyo;
  expect(Object.keys(tokyo?.clients ?? {})).toEqual(["two"]);
  expect(tokyo?.lowerManagers).toEqual(["immhost-kobe"]);
  expect(tokyo?.agents?.map(({ host }) => host)).toEqual(["web02"]);
});

test("F11: a manager or an agent is down for one request", async () => {
  const { simulation } = simulate();
  simulation.faults.add({
    times: 1,
    effect: { type: "manager-state", host: "immhost-osaka", state: "down" },
  });
  expect((await ask(simulation, "agents")).json.messageList).toMatchObject([{ messageId: "KAJY68204-W" }]);
  expect((await ask(simulation, "agents")).json).not.toHaveProperty("messageList");
  simulation.faults.add({ times: 1, effect: { type: "agent-state", host: "web01", state: "down" } });
  expect((await ask(simulation, "agents/secrets", web01)).messageId).toBe("KAJY68212-E");
  expect((await ask(simulation, "agents/secrets", web01)).status).toBe(200);
  simulation.faults.add({ times: 1, effect: { type: "manager-state", host: "immhost01", state: "down" } });
  expect((await ask(simulation, "agents")).status).toBe(0);
});

test("F12: latencies add up, and the first answer counts before any check", async () => {
  const { simulation, slept } = simulate();
  simulation.faults.add({ effect: { type: "latency", ms: 5, when: "before" } });
  simulation.faults.add({ effect: { type: "latency", ms: 7, when: "before" } });
  simulation.faults.add({ effect: { type: "latency", ms: 3 } });
  simulation.faults.add({ effect: busy });
  simulation.faults.add({ effect: { type: "status", status: 500 } });
  const unknown = { headers: { authorization: bearer("nobody", "x") } };
  expect((await ask(simulation, "nothing", undefined, unknown)).status).toBe(503);
  expect(slept).toEqual([12, 3]);
});

test("D1: a manager that is down drops every connection", async () => {
  const { simulation } = simulate(world({ state: "down" }));
  expect((await ask(simulation, "agents")).status).toBe(0);
  expect((await ask(simulation, "/im/api/version")).status).toBe(0);
});
