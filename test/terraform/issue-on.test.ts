import { type Transport, TransportError } from "../../src/api/transport";
import type { DesiredManager } from "../../src/model/desired-state";
import type { Attrs } from "../../src/terraform/resources/resource-type";
import { Dynamic, unknown } from "../../src/terraform/values/type";
import { Rig } from "../rig/rig";
import { closeClients, errorsIn, objectFrom, objectOf, ProviderClient } from "./provider-client";

const TYPE = "jp1im_lower_manager";
const WORLD = `
apiVersion: jp1im-simulator/v1
seed: 1
managers:
  tokyo: { host: immhost01, users: { jp1admin: { password: jp1-pass } }, subordinates: [immhost-osaka, immhost-nagoya, nagoya.example] }
  osaka:
    host: immhost-osaka
    users: { jp1admin: { password: osaka-pass }, reader: { password: osaka-pass, permission: JP1_Console_User } }
`;

const WORLD_WITH_AGENTS = `${WORLD.trimEnd()}
    agents: [{ host: db01, os: linux }]
`;

const NOWHERE = "https://nowhere.test";
const unreachable: Transport = {
  send: () => Promise.reject(new TransportError("unreachable", false, "connection refused")),
  close: async () => {},
};

const from = (variable: string) => new Dynamic(["object", { env: "string" }], { env: variable });

const osaka = (more: Attrs = {}): Attrs => ({
  ...{ name: "osaka", url: "https://osaka.test", host: "immhost-osaka", user: "jp1admin" },
  ...{ password_source: from("OSAKA_PASSWORD"), session: null, tls: null, proxy: null, ...more },
});

afterEach(closeClients);

async function open(world = WORLD) {
  const rig = await Rig.create(world);
  Object.assign(rig.env, { OSAKA_PASSWORD: "osaka-pass", WRONG_PASSWORD: "canary-4711" });
  const platform = rig.platform();
  const transport = (manager: DesiredManager) =>
    manager.url === NOWHERE ? unreachable : (platform.transport?.(manager) ?? unreachable);
  const client = await ProviderClient.open({ ...platform, transport });
  const request = (config: Attrs) => ({ typeName: TYPE, config: objectOf(TYPE, config) });
  const plan = (config: Attrs) =>
    client.call("planResourceChange", { ...request(config), proposedNewState: objectOf(TYPE, config) });
  return { rig, client, request, plan };
}

// biome-ignore lint/suspicious/noExplicitAny: an answer has the shape that the protocol's description gives it
function faultOf(answer: any) {
  const [{ summary, detail, attribute } = { summary: "", detail: "", attribute: null }] = errorsIn(answer);
  // biome-ignore lint/suspicious/noExplicitAny: as above
  const path = (attribute?.steps ?? []).map((step: any) => step.attributeName);
  return { text: `${summary} ${detail}`, path };
}

test("an initial secret from both is refused by the validation, and from neither by the plan", async () => {
  const { client, request, plan } = await open();
  const both = request({ host: "immhost-osaka", initial_secret_wo: "x", issue_on: osaka() });
  for (const answer of [
    await client.call("validateResourceConfig", both),
    await plan({ host: "immhost-osaka" }),
  ])
    expect(faultOf(answer)).toEqual({
      path: ["initial_secret_wo"],
      text: expect.stringContaining("Exactly one of"),
    });
});

test("what is unknown may still be null, so that the validation accepts it beside the other", async () => {
  const { client, request } = await open();
  for (const config of [
    { initial_secret_wo: unknown, issue_on: osaka() },
    { initial_secret_wo: "x", issue_on: unknown },
    { initial_secret_wo: unknown, issue_on: null },
  ]) {
    const answer = await client.call("validateResourceConfig", request({ host: "immhost-osaka", ...config }));
    expect(errorsIn(answer)).toEqual([]);
  }
});

test.each([
  ["the provider's own name", { name: "tokyo" }, ["issue_on", "name"], 'has the name "tokyo"'],
  ["a URL with a path", { url: "https://osaka.test/im" }, ["issue_on", "url"], "out-of-range"],
  ["an empty URL", { url: "" }, ["issue_on", "url"], "out-of-range"],
  ["no user", { user: "" }, ["issue_on", "user"], "empty"],
  ["another proxy", { proxy: "ftp://x" }, ["issue_on", "proxy"], "proxy"],
  [
    "an unknown kind of source",
    { password_source: new Dynamic(["object", { evn: "string" }], { evn: "X" }) },
    ["issue_on", "password_source"],
    "evn",
  ],
  ["a variable that is not set", { password_source: from("UNSET") }, ["issue_on"], "UNSET"],
  ["a wrong password", { password_source: from("WRONG_PASSWORD") }, ["issue_on"], "manager-denied"],
  ["a user who may not issue", { user: "reader" }, ["issue_on"], "manager-denied"],
  ["a manager that does not answer", { url: NOWHERE }, ["issue_on"], "manager-unreachable"],
])(
  "issue_on with %s is an error at its attribute, and nothing is issued",
  async (_, more: Attrs, path, text) => {
    const { rig, plan } = await open();
    const answer = await plan({ host: "immhost-osaka", issue_on: osaka(more) });
    expect(faultOf(answer)).toEqual({ path, text: expect.stringContaining(text) });
    expect(JSON.stringify(answer)).not.toContain("canary-4711");
    expect(JSON.stringify(answer)).not.toContain("met a bug");
    expect(rig.takeWrites()).toEqual([]);
  },
);

test("a host that is not that of issue_on is a warning, because the issue ends the present initial secret", async () => {
  const { plan } = await open();
  const { diagnostics } = await plan({ host: "immhost-osaka", issue_on: osaka({ host: "immhost-kyoto" }) });
  expect(JSON.stringify(diagnostics)).toContain("host-mismatch");
});

test("the address of another manager than the lower one is an error at issue_on.url, and nothing is issued there", async () => {
  const { rig, client, plan, request } = await open(WORLD_WITH_AGENTS);
  const config = { host: "immhost-nagoya", issue_on: osaka({ host: "immhost-nagoya" }) };
  const refusal = {
    path: ["issue_on", "url"],
    text: expect.stringMatching(
      /cannot be issued on osaka: its agents report to immhost-osaka.*correct `issue_on\.url`, .*`initial_secret_wo` instead of `issue_on`.*host-mismatch/s,
    ),
  };
  expect(faultOf(await plan(config))).toEqual(refusal);
  const applied = await client.call("applyResourceChange", {
    ...request(config),
    plannedState: objectOf(TYPE, { ...config, address: unknown, fingerprint: unknown }),
  });
  expect(faultOf(applied).text).toEqual(refusal.text);
  expect(rig.takeWrites()).toEqual([]);
});

test.each([
  [
    "the short name",
    "immhost-osaka",
    WORLD_WITH_AGENTS.replace("host: immhost-osaka", "host: immhost-osaka.example"),
  ],
  ["another case", "IMMHOST-OSAKA", WORLD_WITH_AGENTS],
])("the manager's host by %s is no other manager", async (_, host, world) => {
  const { plan } = await open(world);
  expect(errorsIn(await plan({ host, issue_on: osaka({ host }) }))).toEqual([]);
});

test("an issue_on that is unknown leaves everything open at the plan", async () => {
  const { plan } = await open();
  const answer = await plan({ host: "immhost-osaka", issue_on: unknown });
  expect(errorsIn(answer)).toEqual([]);
  expect(objectFrom(TYPE, answer.plannedState)).toMatchObject({ address: unknown, issue_on: unknown });
});
