import fc from "fast-check";
import { add, ask, batch01, keysOf, remove, simulate, web01, world } from "./ask";

const change = "agents/secrets/change";
const secretsOf = (simulation: ReturnType<typeof simulate>["simulation"]) =>
  simulation.truth().managers.tokyo?.agents?.[0]?.secrets ?? {};

test("S1: the list has the keys and no value", async () => {
  const { simulation } = simulate();
  await ask(simulation, change, { ...web01, ...add('quote " and \\'), ...remove("a") });
  const { json } = await ask(simulation, "agents/secrets", web01);
  const own = ["immgr.initialSecret", "immgr.clientSecret"];
  expect(json.secrets).toEqual(
    [...own, "b", 'quote " and \\'].map((key) => ({ key, obfuscated: "", secret: "" })),
  );
});

test("S2: agents of lower managers are reached through this one, others are not", async () => {
  const { simulation } = simulate();
  expect(await keysOf(simulation, batch01)).toEqual(["c"]);
  expect((await ask(simulation, change, { ...batch01, ...add("d") })).status).toBe(200);
  expect(await keysOf(simulation, batch01, "osaka")).toEqual(["c", "d"]);
  for (const pair of [
    { agenthost: "web02", managerhost: "immhost01" },
    { agenthost: "batch01", managerhost: "immhost01" },
    { agenthost: "db01", managerhost: "immhost-kobe" },
    { agenthost: "web01", managerhost: "elsewhere" },
  ]) {
    expect(await ask(simulation, "agents/secrets", pair)).toMatchObject({
      status: 400,
      messageId: "KAJY68205-E",
    });
    expect((await ask(simulation, change, { ...pair, ...add("x") })).messageId).toBe("KAJY68205-E");
  }
});

test.each([
  ["down", "KAJY68203-E"],
  ["database-down", "KAJY68501-E"],
  ["imbase-failed", "KAJY68211-E"],
] as const)("S3: behind a manager that is %s there is %s", async (state, messageId) => {
  const { simulation } = simulate();
  simulation.edit({ manager: "osaka", type: "set-manager-state", state });
  expect(await ask(simulation, "agents/secrets", batch01)).toMatchObject({ status: 500, messageId });
  expect(await ask(simulation, change, { ...batch01, ...add("x") })).toMatchObject({
    status: 500,
    messageId,
  });
  if (state === "down") return;
  simulation.edit({ manager: "tokyo", type: "set-manager-state", state });
  expect(await ask(simulation, "agents/secrets", web01)).toMatchObject({ status: 500, messageId });
});

test.each([
  ["down", "KAJY68212-E", "KAJY68212-E"],
  ["base-failed", "KAJY68207-E", "KAJY68207-E"],
  ["storage-full", undefined, "KAJY00007-E"],
] as const)(
  "S4: an agent that is %s answers %s to a list and %s to a change",
  async (state, listed, changed) => {
    const { simulation } = simulate();
    simulation.edit({ manager: "tokyo", type: "set-agent-state", host: "web01", state });
    expect((await ask(simulation, "agents/secrets", web01)).messageId).toBe(listed);
    expect((await ask(simulation, change, { ...web01, ...add("x") })).messageId).toBe(changed);
    expect((await ask(simulation, change, { ...web01, ...remove("a") })).messageId).toBe(changed);
    simulation.edit({ manager: "tokyo", type: "set-agent-state", host: "web01", state: "up" });
    expect(await keysOf(simulation)).toEqual(["a", "b"]);
  },
);

test.each([
  [{ add: { secrets: [{ key: "", secret: "s" }] } }],
  [{ add: { secrets: [{ key: "k".repeat(1025), secret: "s" }] } }],
  [{ add: { secrets: [{ key: "k\n", secret: "s" }] } }],
  [{ add: { secrets: [{ key: "k", secret: "" }] } }],
  [{ add: { secrets: [{ key: "k", secret: "s".repeat(1025) }] } }],
  [{ add: { secrets: [{ key: "k", secret: "é" }] } }],
  [{ add: { secrets: [{ key: "k", secret: 7 }] } }],
  [{ add: { secrets: [{ key: "k" }] } }],
  [{ add: { secrets: [] } }],
  [{ add: { secrets: [] }, ...remove("a") }],
  [{ add: [{ key: "k", secret: "s" }] }],
  [add("k", "k")],
  [remove("a", "a")],
  [{ delete: { secrets: [] } }],
  [{ delete: { secrets: ["a"] } }],
  [{}],
])("S5: the change %j is invalid", async (body) => {
  const { simulation } = simulate();
  expect(await ask(simulation, change, { ...web01, ...body })).toMatchObject({
    status: 400,
    messageId: "KAJY68209-E",
  });
  expect(await keysOf(simulation)).toEqual(["a", "b"]);
});

test("S5: the longest key and value and every printable character are taken", async () => {
  const { simulation } = simulate();
  const ascii = Array.from({ length: 95 }, (_, index) => String.fromCharCode(0x20 + index)).join("");
  const secrets = [
    { key: "k".repeat(1024), secret: "s".repeat(1024) },
    { key: ascii, secret: ascii },
  ];
  expect((await ask(simulation, change, { ...web01, add: { secrets } })).status).toBe(200);
  expect(secretsOf(simulation)[ascii]).toBe(ascii);
});

test("S5: an array around the body is refused", async () => {
  const { simulation } = simulate();
  expect((await ask(simulation, "agents/secrets", [web01])).messageId).toBe("KAJY68209-E");
});

test("S6: of a key in both lists the addition wins", async () => {
  const { simulation } = simulate();
  expect(
    (await ask(simulation, change, { ...web01, ...add("a", "new"), ...remove("new", "a", "b") })).status,
  ).toBe(200);
  expect(secretsOf(simulation)).toMatchObject({ a: "value of a", new: "value of new" });
  expect(await keysOf(simulation)).toEqual(["a", "new"]);
});

test("S7: the limit is checked before the deletes of the same call", async () => {
  const { simulation } = simulate(world({ agents: [{ host: "web01", generateSecrets: 998 }] }));
  const both = { ...web01, ...add("x"), ...remove("secret-0001") };
  expect(await ask(simulation, change, both)).toMatchObject({ status: 500, messageId: "KAJY68207-E" });
  expect(await keysOf(simulation)).toContain("secret-0001");
  expect((await ask(simulation, change, { ...web01, ...add("secret-0002") })).status).toBe(200);
  expect((await ask(simulation, change, { ...web01, ...remove("secret-0001") })).status).toBe(200);
  expect((await ask(simulation, change, { ...web01, ...add("x") })).status).toBe(200);
  expect((await ask(simulation, "agents/secrets", web01)).json.secrets).toHaveLength(1000);
});

test("S8, S9: an unknown key ends a batch in the middle", async () => {
  const { simulation } = simulate();
  const answer = await ask(simulation, change, { ...web01, ...add("x"), ...remove("a", "unknown", "b") });
  expect(answer).toMatchObject({ status: 500, messageId: "KAJY68207-E" });
  expect(await keysOf(simulation)).toEqual(["b"]);
});

test("S10: an agent whose own key is deleted is cut off until it is restored on the agent", async () => {
  const { simulation } = simulate();
  const key = "immgr.clientSecret";
  const secret = secretsOf(simulation)[key] ?? "";
  expect((await ask(simulation, change, { ...web01, ...remove(key) })).status).toBe(200);
  expect((await ask(simulation, "agents/secrets", web01)).messageId).toBe("KAJY68212-E");
  expect((await ask(simulation, change, { ...web01, add: { secrets: [{ key, secret }] } })).messageId).toBe(
    "KAJY68212-E",
  );
  simulation.edit({ manager: "tokyo", type: "set-agent-secret", host: "web01", key, secret });
  expect(await keysOf(simulation)).toEqual(["a", "b"]);
});

test("S10: an agent whose own key is overwritten is cut off, unless with the same value", async () => {
  const { simulation } = simulate();
  const key = "immgr.initialSecret";
  const same = { secrets: [{ key, secret: secretsOf(simulation)[key] }] };
  expect((await ask(simulation, change, { ...web01, add: same })).status).toBe(200);
  expect((await ask(simulation, "agents/secrets", web01)).status).toBe(200);
  expect((await ask(simulation, change, { ...web01, ...add(key) })).status).toBe(200);
  expect((await ask(simulation, "agents/secrets", web01)).messageId).toBe("KAJY68212-E");
});

test("over any history two agents made alike hold exactly what a plain map would", async () => {
  const key = fc.constantFrom("secret-0001", "secret-0002", "x", "y");
  const step = fc.record({
    agent: fc.constantFrom("web1", "web2"),
    key,
    kind: fc.constantFrom("add", "delete", "list"),
  });
  const history = async (steps: { agent: string; key: string; kind: string }[]) => {
    const { simulation } = simulate(world({ agents: [{ host: "web{1..2}", generateSecrets: 2 }] }));
    const model = new Map(["web1", "web2"].map((host) => [host, new Set(["secret-0001", "secret-0002"])]));
    for (const { agent, key: name, kind } of steps) {
      const pair = { agenthost: agent, managerhost: "immhost01" };
      const keys = model.get(agent);
      if (kind === "list") expect(new Set(await keysOf(simulation, pair))).toEqual(keys);
      else if (kind === "add") {
        keys?.add(name);
        expect((await ask(simulation, change, { ...pair, ...add(name) })).status).toBe(200);
      } else {
        const expected = keys?.delete(name) ? 200 : 500;
        expect((await ask(simulation, change, { ...pair, ...remove(name) })).status).toBe(expected);
      }
    }
    for (const [host, keys] of model) {
      const kept = await keysOf(simulation, { agenthost: host, managerhost: "immhost01" });
      expect(kept).toHaveLength(keys.size);
      expect(new Set(kept)).toEqual(keys);
    }
  };
  await fc.assert(fc.asyncProperty(fc.array(step, { maxLength: 20 }), history), { numRuns: 60 });
});
