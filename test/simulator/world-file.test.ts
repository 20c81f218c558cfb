import { readFileSync } from "node:fs";
import { join } from "node:path";
import { DiagnosticError } from "../../src/model/diagnostic";
import { expandHosts } from "../../src/simulator/expand-hosts";
import { parseWorld } from "../../src/simulator/parse-world";
import { Simulation } from "../../src/simulator/simulation";
import { ask, keysOf, simulate, world } from "./ask";

function diagnostics(text: string) {
  try {
    parseWorld(text, "world.yaml");
  } catch (error) {
    if (!(error instanceof DiagnosticError)) throw error;
    return error.diagnostics;
  }
  return [];
}

const places = (text: string) =>
  diagnostics(text).map(
    ({ position, summary }) => `${position?.file}:${position?.line}:${position?.column} ${summary}`,
  );

const minimal = `apiVersion: jp1im-simulator/v1
managers:
  tokyo:
    host: immhost01
    users: { jp1admin: { password: password } }
`;

test("the document's own example is a world", () => {
  const document = readFileSync(join(__dirname, "../../src/simulator/BEHAVIOUR.md"), "utf8");
  const [, example = ""] = /```yaml\n([\s\S]*?)```/.exec(document) ?? [];
  const definition = parseWorld(example, "BEHAVIOUR.md");
  const truth = new Simulation(definition).truth();
  expect(truth.managers.tokyo?.agents).toHaveLength(200);
  expect(Object.keys(truth.managers.tokyo?.agents?.[199]?.secrets ?? {})).toHaveLength(103);
});

test("W1: every mistake is reported at its place, unknown keys with a guess", () => {
  const text = `apiVersion: jp1im-simulator/v2
sed: 1
managers:
  tokyo:
    host: immhost01
    prot: 20703
    users:
      jp1admin: { pasword: hush-hush }
    agents:
      - host: web01
        state: asleep
faults:
  - { path: agents, effect: { type: latency } }
`;
  expect(places(text).sort()).toMatchInlineSnapshot(`
[
  "world.yaml:11:16 managers.tokyo.agents[0].state must be one of up, down, base-failed, storage-full",
  "world.yaml:13:29 faults[0].effect lacks "ms"",
  "world.yaml:1:13 apiVersion must be "jp1im-simulator/v1"",
  "world.yaml:2:1 unknown key "sed"",
  "world.yaml:6:5 unknown key "prot"",
  "world.yaml:8:17 managers.tokyo.users.jp1admin lacks "password"",
  "world.yaml:8:19 unknown key "pasword"",
]
`);
  const [guess] = diagnostics(text).filter(({ summary }) => summary.includes("prot"));
  expect(guess?.remedy).toMatch(/^did you mean "port"\?/);
  expect(diagnostics(text).every(({ code }) => code === "simulator-world")).toBe(true);
  expect(JSON.stringify(diagnostics(text))).not.toContain("hush-hush");
});

test("W1: a text that is not YAML is reported at its place", () => {
  const [first] = diagnostics("managers:\n  tokyo: [1\nx: }");
  expect(first).toMatchObject({
    code: "simulator-world",
    severity: "error",
    position: { file: "world.yaml" },
  });
});

test.each(["", "42", "[]", "managers: {}", "{"])("W1: %j is not a world", (text) => {
  expect(diagnostics(text).length).toBeGreaterThan(0);
});

test("W2: a value that YAML reads as a number is refused, not changed", () => {
  expect(places(`${minimal}    agents:\n      - { host: web01, secrets: { pin: 007 } }\n`)).toEqual([
    "world.yaml:7:40 managers.tokyo.agents[0].secrets.pin must be a string",
  ]);
});

test("W3: what has to be unique and what has to be there", () => {
  const text = `${minimal}    lowerManagers: [immhost-osaka]
    agents:
      - host: web{1..3}
      - host: web2
      - { host: full, generateSecrets: 999 }
      - host: back{9..1}
  osaka:
    host: immhost01
    users: { a: { password: é234567890123456789012345678901é }, A: { password: x, resourceGroup: g, resourceGroups: [g] } }
faults:
  - { manager: nara, effect: { type: drop, when: before } }
`;
  expect(places(text)).toMatchInlineSnapshot(`
[
  "world.yaml:6:21 lower manager "immhost-osaka" is not registered in IM Configuration Management",
  "world.yaml:9:15 agent "web2" is there twice",
  "world.yaml:10:9 an agent holds at most 1000 secrets, its own two among them",
  "world.yaml:11:15 "back{9..1}" runs backwards or gives more than 100000 agents",
  "world.yaml:13:11 host "immhost01" is that of manager "tokyo" too",
  "world.yaml:14:29 a password has at most 32 bytes",
  "world.yaml:14:68 user "A" has both "resourceGroups" and "resourceGroup"",
  "world.yaml:14:68 user "A" is there twice: names are case-insensitive",
  "world.yaml:16:16 there is no manager "nara"",
]
`);
});

test("W4: nobody gets in without being named", () => {
  expect(diagnostics(minimal.replace(/users:.*/, "users: {}"))).toHaveLength(1);
});

test("W5: agents made alike change apart", async () => {
  const { simulation } = simulate(world({ agents: [{ host: "web{01..02}", secrets: { a: "1" } }] }));
  simulation.edit({ manager: "tokyo", type: "remove-agent-secret", host: "web01", key: "a" });
  expect(await keysOf(simulation)).toEqual([]);
  expect(await keysOf(simulation, { agenthost: "web02", managerhost: "immhost01" })).toEqual(["a"]);
});

test("W7: what `truth()` writes is read back", async () => {
  const { simulation } = simulate();
  const text = JSON.stringify(simulation.truth());
  const connection = { "immgr.clientSecret": expect.any(String), "immgr.initialSecret": expect.any(String) };
  expect(simulation.truth()).toMatchObject({
    snapshot: true,
    managers: { tokyo: { agents: [{ connection, registered: "2024-02-29T12:34:56Z" }] } },
  });
  expect(new Simulation(parseWorld(text, "world.json")).truth()).toEqual(simulation.truth());
  expect(places(text.replace('"host":"web01"', '"hots":"web01"'))[0]).toMatch(
    /^world.json:1:|^world.yaml:1:\d+/,
  );
});

test("a world's faults are armed, and its seed repeats its secrets", async () => {
  const text = `${minimal}seed: 5\nfaults:\n  - { path: agents, effect: { type: status, status: 503 } }\n`;
  const issue = async () => {
    const simulation = new Simulation(parseWorld(text, "world.yaml"));
    expect((await ask(simulation, "agents")).status).toBe(503);
    return (await ask(simulation, "secret/generateInfo")).json.secret;
  };
  expect(await issue()).toBe(await issue());
});

test.each([
  ["web", ["web"]],
  ["web{8..10}", ["web8", "web9", "web10"]],
  ["web{08..10}x", ["web08x", "web09x", "web10x"]],
  ["{1..2}-{1..2}", ["1-1", "1-2", "2-1", "2-2"]],
  ["web{2..1}", undefined],
  ["web{1..100001}", undefined],
  ["{1..1000}{1..1000}", undefined],
])("the range %s gives %j", (pattern, hosts) => {
  expect(expandHosts(pattern)).toEqual(hosts);
});
