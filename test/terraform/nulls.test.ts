import { agents } from "../../src/terraform/data/agents";
import type { Attrs } from "../../src/terraform/resources/resource-type";
import { writeObject } from "../../src/terraform/rpc/objects";
import { Dynamic, unknown } from "../../src/terraform/values/type";
import { Rig } from "../rig/rig";
import { closeClients, errorsIn, objectOf, ProviderClient } from "./provider-client";
import { openProvider, tokyoOf } from "./tokyo-world";

const WORLD = tokyoOf(`    subordinates: [immhost-osaka]
    agents: [{ host: web1, secrets: { nn: kept } }]
  osaka: { host: immhost-osaka, users: { jp1admin: { password: osaka-pass } } }
`);
const SECRETS = "jp1im_agent_secrets";
const LOWER = "jp1im_lower_manager";
const OWNED = { agents: ["immhost01/web1"], fingerprints: { nn: "x" }, drift: {}, host: "web1" };

afterEach(closeClients);

async function open() {
  const { rig, client } = await openProvider(WORLD);
  const send = (method: string) => (typeName: string, config: Attrs, prior?: Attrs) => {
    const wire = objectOf(typeName, config);
    const planned = { ...config, secrets_wo: null, initial_secret_wo: null, fingerprints: unknown };
    const isPlan = method === "planResourceChange";
    return client.call(method, {
      ...{ typeName, config: wire },
      ...(isPlan ? { proposedNewState: wire } : { plannedState: objectOf(typeName, planned) }),
      ...(prior && { priorState: objectOf(typeName, prior) }),
    });
  };
  const validate = (typeName: string, config: Attrs) =>
    client.call("validateResourceConfig", { typeName, config: objectOf(typeName, config) });
  return { rig, validate, plan: send("planResourceChange"), apply: send("applyResourceChange") };
}

// biome-ignore lint/suspicious/noExplicitAny: an answer has the shape that the protocol's description gives it
function found(answer: any) {
  // biome-ignore lint/suspicious/noExplicitAny: as above
  return errorsIn(answer).map(({ summary, detail, attribute }: any) => ({
    text: `${summary}\n${detail}`,
    // biome-ignore lint/suspicious/noExplicitAny: as above
    path: (attribute?.steps ?? []).map((step: any) => step[step.selector]),
  }));
}

const exec = (...command: (string | null)[]) =>
  new Dynamic(["object", { exec: ["tuple", command.map(() => "string" as const)] }], { exec: command });

test.each<[string, string, Attrs, unknown[], string]>([
  ["the whole map", SECRETS, { host: "web1", secrets_wo: null }, ["secrets_wo"], "secrets_wo = {}"],
  [
    "an add-on",
    SECRETS,
    { match: "web*", addons: ["a", null], secrets_wo: { mm: "x" } },
    ["addons", 1],
    "not a value",
  ],
  ["a sink", "jp1im_client", { id: "app", deliver_to: null }, ["deliver_to"], "is to be issued"],
  [
    "a sink of a type",
    "jp1im_client",
    { id: "app", deliver_to: new Dynamic(["object", { file: "string" }], null) },
    ["deliver_to"],
    "is to be issued",
  ],
  [
    "an argument",
    "jp1im_client",
    { id: "app", deliver_to: exec("put", null) },
    ["deliver_to", "exec", 1],
    "not a value",
  ],
  ["both initial secrets", LOWER, { host: "immhost-osaka" }, ["initial_secret_wo"], "Exactly one"],
])(
  "a null for %s is refused by the plan and the apply, and nothing is sent",
  async (_, typeName, config, path, text) => {
    const { rig, plan, apply } = await open();
    const prior = typeName === SECRETS ? OWNED : undefined;
    for (const answer of [await plan(typeName, config, prior), await apply(typeName, config, prior)])
      expect(found(answer)).toEqual([{ path, text: expect.stringContaining(text) }]);
    expect(rig.takeWrites()).toEqual([]);
  },
);

test("a null that stands for a value in a list is refused by the validation as well", async () => {
  const { validate } = await open();
  const answer = await validate("jp1im_client", { id: "app", deliver_to: exec("put", null) });
  expect(found(answer)).toMatchObject([{ path: ["deliver_to", "exec", 1] }]);
});

test.each([
  ["a sink", new Dynamic(["object", { file: "string" }], { file: null }), ["deliver_to", "file"]],
  [
    "a path",
    new Dynamic(["object", { file: ["object", { path: "string" }] }], { file: { path: null } }),
    ["deliver_to", "file", "path"],
  ],
])("an object of nothing but a null is refused, and names it: %s", async (_, deliver_to, path) => {
  const { validate } = await open();
  expect(found(await validate("jp1im_client", { id: "app", deliver_to }))).toEqual([
    { path, text: expect.stringContaining("A null is not a value") },
  ]);
});

test("a null beside what has a value is an attribute that is not there", async () => {
  const { validate } = await open();
  const type = { path: "string", format: "string" } as const;
  const file = new Dynamic(["object", { file: ["object", type] }], { file: { path: "x", format: null } });
  expect(found(await validate("jp1im_client", { id: "app", deliver_to: file }))).toEqual([]);
});

test("a key that is null is refused by the apply, before anything is sent; until then it may still get a value", async () => {
  const { rig, validate, plan, apply } = await open();
  const config = { host: "web1", secrets_wo: { nn: null, mm: "x" } };
  const refused = [{ path: ["secrets_wo", "nn"], text: expect.stringContaining("remove the key") }];
  expect(found(await validate(SECRETS, config))).toEqual([]);
  expect(found(await plan(SECRETS, config, OWNED))).toEqual([]);
  expect(found(await apply(SECRETS, config, OWNED))).toEqual(refused);
  expect(rig.takeWrites()).toEqual([]);
});

test("what is unknown is accepted by the validation and the plan, and so is a key that is left out", async () => {
  for (const secrets_wo of [unknown, { nn: unknown, mm: "x" }, { mm: "x" }, {}]) {
    const { validate, plan } = await open();
    const config = { host: "web1", secrets_wo };
    expect(found(await validate(SECRETS, config))).toEqual([]);
    expect(found(await plan(SECRETS, config, OWNED))).toEqual([]);
  }
});

test("each value that the manager would refuse is named with its key, once for all agents, and never shown", async () => {
  const { rig, validate, plan, apply } = await open();
  const secrets_wo = { "smtp.user": "x", "smtp.password": "", pin: "canary-4711\n", later: unknown };
  const config = { match: "web*", secrets_wo };
  const known = { ...config, secrets_wo: { ...secrets_wo, later: "y" } };
  const answers = [await validate(SECRETS, config), await plan(SECRETS, config), await apply(SECRETS, known)];
  for (const answer of answers) {
    expect(found(answer)).toEqual([
      {
        path: ["secrets_wo", "smtp.password"],
        text: expect.stringMatching(/secrets_wo\["smtp.password"\].*empty/),
      },
      { path: ["secrets_wo", "pin"], text: expect.stringMatching(/secrets_wo\["pin"\].*line end/) },
    ]);
    expect(JSON.stringify(answer)).toContain("secret-refused");
    expect(JSON.stringify(answer)).not.toContain("literal");
    expect(JSON.stringify(answer)).not.toContain("canary-4711");
  }
  expect(rig.takeWrites()).toEqual([]);
});

test("an initial secret that the manager would refuse is named as its attribute", async () => {
  const { rig, validate, plan, apply } = await open();
  const config = { host: "immhost-osaka", initial_secret_wo: "" };
  for (const answer of [await validate(LOWER, config), await plan(LOWER, config), await apply(LOWER, config)])
    expect(found(answer)).toEqual([
      { path: ["initial_secret_wo"], text: expect.stringMatching(/`initial_secret_wo`.*empty/) },
    ]);
  expect(rig.takeWrites()).toEqual([]);
});

test("an optional value of any type may be null, as the other branch of a conditional is", async () => {
  const password_source = new Dynamic(["object", { env: "string" }], null);
  const { client } = await openProvider(WORLD, { password_source });
  expect(client.provider.connection.run.name).toBe("tokyo");
});

test("a null in a list of the provider block or of a data source is refused", async () => {
  const policy = { prune: null, protect: ["a.*", null], unverified: null };
  const platform = (await Rig.create(WORLD)).platform();
  await expect(ProviderClient.open(platform, { policy })).rejects.toThrow("policy.protect[1]");
  const client = await ProviderClient.open(platform);
  const { attributes } = agents;
  const blank = Object.fromEntries(Object.keys(attributes).map((name) => [name, null]));
  const config = writeObject(attributes, { ...blank, addons: [null] });
  const request = { typeName: agents.name, config };
  for (const method of ["validateDataResourceConfig", "readDataSource"])
    expect(found(await client.call(method, request))).toEqual([
      { path: ["addons", 0], text: expect.stringContaining("`addons[0]` is null") },
    ]);
});
