/** What `get` lists, how it tells what is ours, and what it says where a list is partial. */
import { DiagnosticError, type GetOptions, getResources, importResources } from "../../src/index";
import { Rig } from "../rig/rig";
import { CONNECTIONS } from "./adopted-world";

const WORLD = `
apiVersion: jp1im-simulator/v1
seed: 1
managers:
  tokyo:
    host: immhost01
    users: { jp1admin: { password: jp1-pass }, reader: { password: reader-pass, permission: JP1_Console_User } }
    clients: { fluentd-web: a, legacy: b }
    subordinates: [immhost-osaka]
    lowerManagers: [immhost-osaka]
    agents:
      - { host: web02, os: linux, secrets: { smtp.password: x } }
      - { host: web01, os: linux, addons: { prometheus: true }, secrets: { smtp.password: x, by.hand: x } }
      - { host: mail01, os: windows, addons: { prometheus: false } }
  osaka:
    host: immhost-osaka
    users: { jp1admin: { password: jp1-pass } }
    agents: [{ host: db01, os: windows, secrets: { oracle.password: x } }]
`;
const DECLARED = `
apiVersion: jp1im/v1
managers:
  tokyo:
    clients: [{ id: fluentd-web, deliverTo: { file: out/web } }]
    lowerManagers: [{ host: immhost-osaka, initialSecret: { env: OSAKA } }]
    agents: [{ match: "web*", secrets: { smtp.password: { env: SMTP } } }]
`;

async function rigWith(world = WORLD): Promise<Rig> {
  const rig = await Rig.create(world);
  await rig.write("jp1im.yaml", `${CONNECTIONS}---${DECLARED}`);
  return rig;
}

function get(rig: Rig, options: Partial<GetOptions> = {}) {
  return getResources({ files: ["jp1im.yaml"], kind: "agents", ...options }, rig.platform());
}

/** Each item as its address, with a `d` where it is declared and an `o` where it is owned. */
async function listed(rig: Rig, options: Partial<GetOptions>): Promise<string[]> {
  const { items } = await get(rig, { managers: ["tokyo"], ...options });
  return items.map(({ address, declared, owned }) =>
    `${address} ${declared ? "d" : ""}${owned ? "o" : ""}`.trim(),
  );
}

async function refusal(run: Promise<unknown>): Promise<string[]> {
  const error = await run.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof DiagnosticError)) throw new Error("it did not fail as expected");
  return error.diagnostics.map(({ code, summary }) => `${code}: ${summary}`);
}

test("lists each kind with what is declared and what is owned, and writes nothing", async () => {
  const rig = await rigWith();
  const addresses = ["tokyo/client/legacy", "tokyo/client/fluentd-web", "tokyo/agent/immhost01/web01"];
  await importResources({ files: ["jp1im.yaml"], addresses }, rig.platform());
  const state = rig.read(".jp1im/state.log");
  expect(await listed(rig, { kind: "managers" })).toEqual(["tokyo do"]);
  expect(await listed(rig, { kind: "clients" })).toEqual([
    ...["mail01", "web01", "web02"].map((host) => `tokyo/client/AGENT_${host}`),
    "tokyo/client/fluentd-web do",
    "tokyo/client/legacy",
  ]);
  expect(await listed(rig, { kind: "lower-managers" })).toEqual(["tokyo/lower-manager/immhost-osaka d"]);
  expect(await listed(rig, { kind: "agents" })).toEqual([
    "tokyo/agent/immhost-osaka/db01",
    "tokyo/agent/immhost01/mail01",
    "tokyo/agent/immhost01/web01 do",
    "tokyo/agent/immhost01/web02 d",
  ]);
  expect(await listed(rig, { kind: "secrets", match: "web01" })).toEqual([
    "tokyo/agent/immhost01/web01/secret/by.hand",
    "tokyo/agent/immhost01/web01/secret/immgr.clientSecret",
    "tokyo/agent/immhost01/web01/secret/immgr.initialSecret",
    "tokyo/agent/immhost01/web01/secret/smtp.password do",
  ]);
  expect(rig.takeWrites()).toEqual([]);
  expect(rig.read(".jp1im/state.log")).toBe(state);
  expect(rig.read(".jp1im/managers/tokyo/lock")).toBeUndefined();
});

test("what is owned and no longer declared is owned", async () => {
  const rig = await rigWith();
  const addresses = ["tokyo/client/fluentd-web", "tokyo/agent/immhost01/web01"];
  await importResources({ files: ["jp1im.yaml"], addresses }, rig.platform());
  await rig.write("jp1im.yaml", CONNECTIONS);
  expect(await listed(rig, { kind: "clients", match: "fl*" })).toEqual(["tokyo/client/fluentd-web o"]);
  expect(await listed(rig, { kind: "secrets", match: "web01" })).toContain(
    "tokyo/agent/immhost01/web01/secret/smtp.password o",
  );
});

test.each([
  [{ match: "web*" }, ["web01", "web02"]],
  [{ managerHost: "immhost-*" }, ["db01"]],
  [{ os: "WIN*" }, ["db01", "mail01"]],
  [{ addons: ["prometheus"] }, ["web01"]],
  [{ match: "*0?", os: "linux", addons: ["prometheus"] }, ["web01"]],
])("the filter %j takes the agents that a selector of the same words would", async (filter, hosts) => {
  const { items } = await get(await rigWith(), { managers: ["tokyo"], ...filter });
  expect(items.map(({ name }) => name)).toEqual(hosts);
});

test("only the lists that a kind needs are asked for", async () => {
  const rig = await rigWith();
  const paths = async (options: Partial<GetOptions>) => {
    rig.simulation.clearRequests();
    await get(rig, { managers: ["tokyo"], ...options });
    return rig.simulation.requests().map(({ path }) => path.replace("/im/api/", ""));
  };
  expect(await paths({ kind: "managers" })).toEqual(["version"]);
  expect(await paths({ kind: "clients" })).toEqual(["v1/login", "v1/secret/client/list", "v1/logout"]);
  expect(await paths({ kind: "secrets", match: "web01" })).toEqual([
    ...["v1/login", "v1/agents", "v1/agents/secrets", "v1/logout"],
  ]);
});

test("a manager that does not answer makes the list partial, and is named with what is to be done", async () => {
  const rig = await rigWith();
  rig.simulation.faults.add({ manager: "osaka", path: "agents", effect: { type: "status", status: 403 } });
  const { items, unknown } = await get(rig);
  expect(items.map(({ manager }) => manager)).toContain("tokyo");
  expect(unknown).toMatchObject([{ address: "osaka/agent", code: "manager-denied" }]);
});

test("a list with a -W message is partial, and holds what came", async () => {
  const rig = await rigWith();
  const effect = { type: "manager-state", host: "immhost-osaka", state: "down" } as const;
  rig.simulation.faults.add({ manager: "tokyo", path: "agents", effect });
  const { items, unknown } = await get(rig, { managers: ["tokyo"] });
  expect(items.map(({ name }) => name)).toEqual(["mail01", "web01", "web02"]);
  expect(unknown).toMatchObject([{ address: "tokyo/agent", code: "manager-partial" }]);
});

test("a manager that is entered with its initial secret is not asked for a list", async () => {
  const rig = await rigWith();
  const auth = "auth: { initialSecret: { env: PASSWORD } }";
  await rig.write("jp1im.yaml", CONNECTIONS.replace(/auth: .*$/m, auth));
  const { items, unknown } = await get(rig, { kind: "clients" });
  expect(new Set(items.map(({ manager }) => manager))).toEqual(new Set(["osaka"]));
  expect(unknown).toMatchObject([{ address: "tokyo", code: "manager-denied" }]);
  expect(rig.simulation.requests().filter(({ manager }) => manager === "tokyo")).toEqual([]);
});

test("a lower manager is declared in whatever case the manager lists it", async () => {
  const rig = await rigWith(WORLD.replaceAll("[immhost-osaka]", "[IMMHOST-OSAKA]"));
  expect(await listed(rig, { kind: "lower-managers" })).toEqual(["tokyo/lower-manager/IMMHOST-OSAKA d"]);
});

test("where nothing can be read at all it fails, with every reason", async () => {
  const rig = await rigWith();
  rig.env.PASSWORD = "wrong-pass";
  expect(await refusal(get(rig))).toEqual([
    expect.stringMatching(/^manager-denied: POST login was answered 403/),
    expect.stringMatching(/^manager-denied: POST login was answered 403/),
  ]);
});

test("every filter that a kind cannot have is reported, before anything is asked", async () => {
  const rig = await rigWith();
  expect(await refusal(get(rig, { kind: "clients", os: "linux", addons: ["x"], managerHost: "h" }))).toEqual([
    "usage: --manager-host is about agents, and clients have no such property",
    "usage: --os is about agents, and clients have no such property",
    "usage: --addon is about agents, and clients have no such property",
  ]);
  expect(await refusal(get(rig, { managers: ["toky", "osaka"] }))).toEqual([
    'unknown-manager: --manager "toky": no manager of this name is declared',
  ]);
  expect(rig.simulation.requests()).toEqual([]);
});

test("filters that nothing matches are a warning", async () => {
  const rig = await rigWith();
  expect((await get(rig, { match: "zzz" })).items).toEqual([]);
  expect(rig.events).toContainEqual({
    type: "diagnostic",
    diagnostic: expect.objectContaining({ code: "nothing-matched", severity: "warning" }),
  });
});

test.each([
  ["agents", { match: "web0l" }, "did you mean --match web01?"],
  ["clients", { match: "Fluentd-web" }, "did you mean --match fluentd-web?"],
  ["agents", { match: "web*", managerHost: "immhost10" }, "did you mean --manager-host immhost01?"],
] as const)("names that no filter takes are suggested: %s %j", async (kind, filters, remedy) => {
  const rig = await rigWith();
  await get(rig, { kind, ...filters });
  expect(rig.events).toContainEqual({ type: "diagnostic", diagnostic: expect.objectContaining({ remedy }) });
});

test("a selector that matches no agent points to the list of them", async () => {
  const rig = await rigWith();
  await rig.write("jp1im.yaml", `${CONNECTIONS}---${DECLARED.replace("web*", "wbe*")}`);
  Object.assign(rig.env, { OSAKA: "o", SMTP: "s" });
  const { diagnostics } = await rig.plan({ newState: true });
  expect(diagnostics).toContainEqual(
    expect.objectContaining({
      code: "nothing-matched",
      remedy: "check it against `jp1im get agents --manager tokyo`",
    }),
  );
});
